import { useLingui } from '@lingui/react/macro';
import type { Size, SizeRule } from '@rendermart/contract';
import { NumberField } from '../../ui/index.ts';
import { closestSize } from './sizes.ts';

/** Width and height to the pixel, for models that draw a range of sizes. */
export function ExactSize({
  rule,
  value,
  onChange,
}: {
  rule: Extract<SizeRule, { kind: 'range' }>;
  value: Size;
  onChange: (size: Size) => void;
}) {
  const { t } = useLingui();
  return (
    <div className="mt-2 grid grid-cols-2 gap-3">
      {(['width', 'height'] as const).map((side) => (
        <NumberField
          key={side}
          label={side === 'width' ? t`Width` : t`Height`}
          value={value[side]}
          min={rule.min}
          max={rule.max}
          step={rule.step}
          format={{ useGrouping: false }}
          onChange={(pixels) => {
            if (pixels !== null) onChange(closestSize(rule, { ...value, [side]: pixels }));
          }}
        />
      ))}
    </div>
  );
}
