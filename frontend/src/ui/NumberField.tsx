import { NumberField as Base } from '@base-ui/react/number-field';
import { useLingui } from '@lingui/react/macro';
import { Minus, Plus } from 'lucide-react';
import { useId } from 'react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export interface NumberFieldProps {
  label: string;
  hideLabel?: boolean;
  hint?: ReactNode;
  error?: ReactNode;
  value: number | null;
  onChange: (value: number | null) => void;
  min?: number;
  max?: number;
  step?: number;
  disabled?: boolean;
  placeholder?: string;
  format?: Intl.NumberFormatOptions;
}

export function NumberField({
  label,
  hideLabel,
  hint,
  error,
  value,
  onChange,
  min,
  max,
  step = 1,
  disabled = false,
  placeholder,
  format,
}: NumberFieldProps) {
  const { t, i18n } = useLingui();
  const id = useId();
  const note = error ?? hint;
  return (
    <Base.Root
      id={id}
      value={value}
      onValueChange={onChange}
      step={step}
      locale={i18n.locale}
      disabled={disabled}
      className="grid gap-1.5"
      {...(min === undefined ? {} : { min })}
      {...(max === undefined ? {} : { max })}
      {...(format ? { format } : {})}
    >
      <label htmlFor={id} className={cx('text-sm font-semibold', hideLabel && 'sr-only')}>
        {label}
      </label>
      <Base.Group className="flex h-11 items-stretch overflow-hidden rounded-xl border border-line-field bg-surface focus-within:border-accent-ink hover:border-muted data-disabled:opacity-50">
        <Base.Decrement
          aria-label={t`Less`}
          className="grid w-10 shrink-0 place-items-center text-muted hover:bg-ink/7 hover:text-ink"
        >
          <Minus aria-hidden className="size-4" />
        </Base.Decrement>
        <Base.Input
          placeholder={placeholder}
          aria-describedby={note ? `${id}-note` : undefined}
          aria-invalid={error ? true : undefined}
          className="w-full min-w-0 bg-transparent text-center tabular-nums outline-offset-[-3px]"
        />
        <Base.Increment
          aria-label={t`More`}
          className="grid w-10 shrink-0 place-items-center text-muted hover:bg-ink/7 hover:text-ink"
        >
          <Plus aria-hidden className="size-4" />
        </Base.Increment>
      </Base.Group>
      {note && (
        <p id={`${id}-note`} className={cx('text-sm/5', error ? 'font-medium text-danger' : 'text-muted')}>
          {note}
        </p>
      )}
    </Base.Root>
  );
}
