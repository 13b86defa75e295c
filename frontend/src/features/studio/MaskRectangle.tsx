import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { Button, NumberField } from '../../ui/index.ts';
import type { MaskMark } from './mask-marks.ts';

const whole = { left: 25, top: 25, width: 50, height: 50 };

/** Marks a rectangle by numbers, in hundredths of the image: the way without a pointer. */
export function MaskRectangle({ size, onMark }: { size: { width: number; height: number }; onMark: (mark: MaskMark) => void }) {
  const { t } = useLingui();
  const [box, setBox] = useState(whole);
  const fields = [
    { key: 'left', label: t`Left, %` },
    { key: 'top', label: t`Top, %` },
    { key: 'width', label: t`Width, %` },
    { key: 'height', label: t`Height, %` },
  ] as const;
  const mark = () => {
    const share = (percent: number, pixels: number) => Math.round((percent / 100) * pixels);
    onMark({
      kind: 'rectangle',
      x: share(box.left, size.width),
      y: share(box.top, size.height),
      width: share(box.width, size.width),
      height: share(box.height, size.height),
    });
  };
  return (
    <details className="rounded-2xl border border-line px-4 py-3">
      <summary className="cursor-pointer text-sm font-semibold">{t`Mark a rectangle by numbers`}</summary>
      <div className="grid grid-cols-2 gap-3 pt-3 sm:grid-cols-4">
        {fields.map(({ key, label }) => (
          <NumberField
            key={key}
            label={label}
            value={box[key]}
            min={0}
            max={100}
            step={5}
            onChange={(value) => setBox({ ...box, [key]: value ?? whole[key] })}
          />
        ))}
      </div>
      <Button size="small" className="mt-3" onClick={mark}>
        {t`Mark the rectangle`}
      </Button>
    </details>
  );
}
