import { CircleAlert } from 'lucide-react';
import { useId } from 'react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export interface FieldText {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong with the value and what to do about it. */
  error?: ReactNode;
}

export const controlClass =
  'w-full rounded-xl border border-line-field bg-surface text-ink transition-colors placeholder:text-muted hover:border-muted focus-visible:border-accent-ink focus-visible:outline-1 focus-visible:outline-offset-0 aria-invalid:border-danger';

/** A label above, a hint and an error below, all tied to the control that `children` draws. */
export function Field({
  label,
  hint,
  error,
  children,
}: FieldText & { children: (ids: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode }) {
  const id = useId();
  const described = cx(error !== undefined && error !== null && `${id}-error`, hint !== undefined && `${id}-hint`);
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="text-sm font-semibold">
        {label}
      </label>
      {children({
        id,
        ...(described ? { 'aria-describedby': described } : {}),
        ...(error ? { 'aria-invalid': true as const } : {}),
      })}
      {error && (
        <p id={`${id}-error`} className="flex items-start gap-1.5 text-sm font-medium text-danger">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span>{error}</span>
        </p>
      )}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="text-sm/5 text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}
