import { NumberField as Base } from '@base-ui/react/number-field';
import { useLingui } from '@lingui/react/macro';
import { Minus, Plus } from 'lucide-react';
import { useId } from 'react';
import type { ReactNode } from 'react';

export interface NumberFieldProps {
  label: string;
  hint?: ReactNode;
  value: number | null;
  onChange: (value: number | null) => void;
  min?: number;
  max?: number;
  step?: number;
  format?: Intl.NumberFormatOptions;
}

export function NumberField({ label, hint, value, onChange, min, max, step = 1, format }: NumberFieldProps) {
  const { t, i18n } = useLingui();
  const id = useId();
  return (
    <Base.Root
      id={id}
      value={value}
      onValueChange={onChange}
      step={step}
      locale={i18n.locale}
      className="grid gap-1.5"
      {...(min === undefined ? {} : { min })}
      {...(max === undefined ? {} : { max })}
      {...(format ? { format } : {})}
    >
      <label htmlFor={id} className="text-sm font-semibold">
        {label}
      </label>
      <Base.Group className="flex h-11 items-stretch overflow-hidden rounded-xl border border-line-field bg-surface focus-within:border-accent-ink hover:border-muted">
        <Base.Decrement
          aria-label={t`Less`}
          className="grid w-10 shrink-0 place-items-center text-muted hover:bg-ink/7 hover:text-ink"
        >
          <Minus aria-hidden className="size-4" />
        </Base.Decrement>
        <Base.Input
          aria-describedby={hint ? `${id}-hint` : undefined}
          className="w-full min-w-0 bg-transparent text-center tabular-nums outline-offset-[-3px]"
        />
        <Base.Increment
          aria-label={t`More`}
          className="grid w-10 shrink-0 place-items-center text-muted hover:bg-ink/7 hover:text-ink"
        >
          <Plus aria-hidden className="size-4" />
        </Base.Increment>
      </Base.Group>
      {hint && (
        <p id={`${id}-hint`} className="text-sm/5 text-muted">
          {hint}
        </p>
      )}
    </Base.Root>
  );
}
