import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { controlClass } from './Field.tsx';

export interface Choice<Value extends string> {
  value: Value;
  label: string;
  description?: ReactNode;
}

export interface SelectProps<Value extends string> {
  label: string;
  hideLabel?: boolean;
  value: Value;
  choices: readonly Choice<Value>[];
  onChange: (value: Value) => void;
  className?: string;
}

/** One of a few. */
export function Select<Value extends string>({ label, hideLabel, value, choices, onChange, className }: SelectProps<Value>) {
  return (
    <Base.Root
      items={choices}
      value={value}
      onValueChange={(next) => {
        if (next !== null) onChange(next);
      }}
      modal={false}
    >
      <div className={cx('grid gap-1.5', className)}>
        <Base.Label className={cx('text-sm font-semibold', hideLabel && 'sr-only')}>{label}</Base.Label>
        <Base.Trigger className={cx(controlClass, 'flex h-11 items-center justify-between gap-2 pr-3 pl-3.5 text-left')}>
          <Base.Value className="truncate" />
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-muted" />
        </Base.Trigger>
      </div>
      <Base.Portal>
        <Base.Positioner sideOffset={6} alignItemWithTrigger={false} className="z-50 outline-none">
          <Base.Popup className="max-h-(--available-height) min-w-(--anchor-width) max-w-[min(28rem,calc(100vw-1.5rem))] origin-(--transform-origin) overflow-y-auto rounded-2xl border border-line bg-raised p-1.5 shadow-pop transition-[opacity,scale] duration-100 outline-none data-ending-style:scale-98 data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0">
            {choices.map((choice) => (
              <Base.Item
                key={choice.value}
                value={choice.value}
                className="grid cursor-default grid-cols-[1fr_1rem] items-start gap-x-3 rounded-lg px-2.5 py-2 outline-none select-none data-highlighted:bg-ink/7"
              >
                <Base.ItemText className="font-medium">{choice.label}</Base.ItemText>
                <Base.ItemIndicator className="mt-1">
                  <Check aria-hidden className="size-4" />
                </Base.ItemIndicator>
                {choice.description && <span className="col-start-1 text-sm/5 text-muted">{choice.description}</span>}
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
