import { CircleAlert } from 'lucide-react';
import { useId } from 'react';
import type { ReactNode } from 'react';

export interface CardChoice<Value extends string> {
  value: Value;
  label: string;
  children?: ReactNode;
}

/** One of a few that need some words each: native radio buttons, one below the other. */
export function ChoiceCards<Value extends string>({
  label,
  value,
  choices,
  onChange,
  error,
}: {
  label: string;
  value: Value | null;
  choices: readonly CardChoice<Value>[];
  onChange: (value: Value) => void;
  error?: string | undefined;
}) {
  const id = useId();
  return (
    <fieldset aria-describedby={error ? `${id}-error` : undefined} className="grid gap-2">
      <legend className="mb-2 text-sm font-semibold">{label}</legend>
      {choices.map((choice) => (
        <label
          key={choice.value}
          className="flex cursor-pointer items-start gap-3 rounded-2xl border border-line bg-surface px-4 py-3 transition-colors hover:border-line-strong has-checked:border-accent-ink has-checked:bg-accent-wash/50 has-focus-visible:outline-2 has-focus-visible:outline-accent-ink"
        >
          <input
            type="radio"
            name={id}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
            aria-labelledby={`${id}-${choice.value}`}
            className="mt-1 size-4 shrink-0 accent-(--accent) outline-none"
          />
          <span className="grid min-w-0 flex-1 gap-1">
            <span id={`${id}-${choice.value}`} className="font-medium">
              {choice.label}
            </span>
            {choice.children}
          </span>
        </label>
      ))}
      {error && (
        <p id={`${id}-error`} role="alert" className="flex items-start gap-1.5 text-sm font-medium text-danger">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {error}
        </p>
      )}
    </fieldset>
  );
}
