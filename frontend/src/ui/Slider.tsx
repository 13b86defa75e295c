import { Slider as Base } from '@base-ui/react/slider';
import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';

export interface SliderProps {
  label: string;
  hint?: ReactNode;
  value: number;
  onChange: (value: number) => void;
  min: number;
  max: number;
  step?: number;
  format?: Intl.NumberFormatOptions;
}

export function Slider({ label, hint, value, onChange, min, max, step = 1, format }: SliderProps) {
  const { i18n } = useLingui();
  return (
    <Base.Root
      value={value}
      onValueChange={(next) => onChange(next)}
      min={min}
      max={max}
      step={step}
      locale={i18n.locale}
      {...(format ? { format } : {})}
    >
      <div className="flex items-baseline justify-between gap-3">
        <Base.Label className="text-sm font-semibold">{label}</Base.Label>
        <Base.Value className="text-sm text-muted tabular-nums" />
      </div>
      <Base.Control className="flex h-9 touch-none items-center select-none">
        <Base.Track className="h-1.5 w-full rounded-full bg-line">
          <Base.Indicator className="rounded-full bg-ink" />
          <Base.Thumb className="size-6 rounded-full border-2 border-ink bg-surface shadow-sm has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent-ink" />
        </Base.Track>
      </Base.Control>
      {hint !== undefined && <p className="text-sm/5 text-muted">{hint}</p>}
    </Base.Root>
  );
}
