import { Checkbox as BaseCheckbox } from '@base-ui/react/checkbox';
import { Switch as Base } from '@base-ui/react/switch';
import { Check } from 'lucide-react';
import { useId } from 'react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';

interface ToggleProps {
  label: ReactNode;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
}

/** On or off, at once. */
export function Switch({ label, hint, checked, onChange, disabled = false }: ToggleProps & { disabled?: boolean }) {
  const id = useId();
  return (
    <div className={cx('flex justify-between gap-4', hint === undefined ? 'items-center' : 'items-start')}>
      <div className="grid gap-0.5">
        <label id={`${id}-label`} htmlFor={id} className="text-sm font-semibold">
          {label}
        </label>
        {hint !== undefined && (
          <p id={`${id}-hint`} className="text-sm/5 text-muted">
            {hint}
          </p>
        )}
      </div>
      <Base.Root
        id={id}
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        aria-labelledby={`${id}-label`}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        className="flex h-6 w-10.5 shrink-0 rounded-full bg-line-strong p-0.5 transition-colors data-checked:bg-accent data-disabled:opacity-50"
      >
        <Base.Thumb className="aspect-square h-full rounded-full bg-white shadow-sm transition-[translate,background-color] data-checked:translate-x-4.5 data-checked:bg-on-accent" />
      </Base.Root>
    </div>
  );
}

/** One of several that may all be chosen, or a choice that takes effect with its form. */
export function Checkbox({ label, hint, checked, onChange }: ToggleProps) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5">
      <BaseCheckbox.Root
        id={id}
        checked={checked}
        onCheckedChange={onChange}
        aria-labelledby={`${id}-label`}
        className="flex size-6 shrink-0 items-center justify-center rounded-md border border-line-strong bg-surface data-checked:border-accent data-checked:bg-accent"
      >
        <BaseCheckbox.Indicator className="text-on-accent">
          <Check aria-hidden className="size-4" strokeWidth={3} />
        </BaseCheckbox.Indicator>
      </BaseCheckbox.Root>
      <div className="grid">
        <label id={`${id}-label`} htmlFor={id} className="font-medium">
          {label}
        </label>
        {hint !== undefined && <p className="text-sm/5 text-muted">{hint}</p>}
      </div>
    </div>
  );
}
