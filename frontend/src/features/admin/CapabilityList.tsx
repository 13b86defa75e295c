import { useLingui } from '@lingui/react/macro';
import type { Capabilities } from '@rendermart/contract';
import { useFormat } from '../../data/format.ts';
import { Badge } from '../../ui/index.ts';

/** What a model can, in short. */
export function CapabilityList({ capabilities: can }: { capabilities: Capabilities }) {
  const { t } = useLingui();
  const { number, list } = useFormat();
  const { steps, size, upscale } = can;
  const sizes =
    size.kind === 'list'
      ? size.options.map(({ width, height }) => `${width}×${height}`).join(', ')
      : t`${size.min} to ${size.max} pixels`;
  const scales = upscale && list(upscale.scales.map((scale) => `${number(scale)}×`));
  const facts = [
    scales && t`Enlarges ${scales}`,
    sizes,
    steps && (steps.min === steps.max ? t`${steps.min} steps` : t`${steps.min} to ${steps.max} steps`),
    can.guidanceScale && t`Guidance`,
    can.negativePrompt && t`Negative prompt`,
    can.imageToImage && t`Draws from pictures`,
    can.inpainting && t`Draws a part anew`,
    can.transparentBackground && t`Transparent background`,
    can.preview && t`Live preview`,
    can.vocabulary && t`Known words only`,
    can.live && t`Draws while you type`,
  ];
  return (
    <ul aria-label={t`What it can`} className="flex flex-wrap gap-1.5">
      {facts
        .filter((fact) => typeof fact === 'string')
        .map((fact) => (
          <li key={fact}>
            <Badge>{fact}</Badge>
          </li>
        ))}
    </ul>
  );
}
