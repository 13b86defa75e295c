import { useId } from 'react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

/** One of a few, all in sight: native radio buttons, so that arrows and screen readers just work. */
export function Segmented<Value extends string>({
  label,
  hideLabel,
  value,
  choices,
  onChange,
}: {
  label: string;
  hideLabel?: boolean;
  value: Value;
  choices: readonly { value: Value; label: ReactNode; name?: string }[];
  onChange: (value: Value) => void;
}) {
  const name = useId();
  return (
    <fieldset className="grid min-w-0 gap-1.5">
      <legend className={cx('text-sm font-semibold', hideLabel ? 'sr-only' : 'mb-1.5')}>{label}</legend>
      <div className="flex gap-1 rounded-xl bg-sunken p-1">
        {choices.map((choice) => (
          <label
            key={choice.value}
            className="relative flex h-9 flex-1 cursor-pointer items-center justify-center gap-1.5 rounded-lg px-2 text-sm font-semibold whitespace-nowrap text-muted hover:text-ink has-checked:bg-raised has-checked:text-ink has-checked:shadow-sm has-checked:ring-1 has-checked:ring-line-strong has-focus-visible:outline-2 has-focus-visible:outline-accent-ink"
          >
            <input
              type="radio"
              name={name}
              value={choice.value}
              aria-label={choice.name}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
              className="absolute inset-0 cursor-pointer opacity-0"
            />
            {choice.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
