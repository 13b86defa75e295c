import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { Segmented } from '../../ui/index.ts';
import { noBackground } from './settings.ts';

const firstColour = '#ffd166';

/** Transparent, or one colour behind the drawing. */
export function BackgroundField({ value, onChange }: { value: string; onChange: (background: string) => void }) {
  const { t } = useLingui();
  const [colour, setColour] = useState(value === noBackground ? firstColour : value);
  const isClear = value === noBackground;
  const choose = (next: string) => {
    setColour(next);
    onChange(next);
  };
  return (
    <div className="grid gap-2">
      <Segmented
        label={t`Background`}
        value={isClear ? 'clear' : 'colour'}
        onChange={(kind) => onChange(kind === 'clear' ? noBackground : colour)}
        choices={[
          { value: 'clear', label: t`Transparent` },
          { value: 'colour', label: t`Colour` },
        ]}
      />
      {!isClear && (
        <label className="flex items-center gap-3 text-sm">
          <input
            type="color"
            value={value}
            aria-label={t`Background colour`}
            onChange={(event) => choose(event.target.value)}
            className="h-11 w-16 cursor-pointer rounded-xl border border-line-field bg-surface p-1"
          />
          <span className="font-mono text-muted">{value}</span>
        </label>
      )}
    </div>
  );
}
