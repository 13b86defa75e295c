import { useLingui } from '@lingui/react/macro';
import { Suspense, lazy, useState } from 'react';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { Slider } from '../../ui/index.ts';
import { MaskField } from './MaskField.tsx';
import { sourceOf } from './settings.ts';
import { SourceChip } from './SourceChip.tsx';
import { SourceDrop } from './SourceDrop.tsx';
import type { SourceUpload } from './use-source-upload.ts';
import type { Studio } from './use-studio.ts';

const SourcePicker = lazy(() => import('./SourcePicker.tsx').then((module) => ({ default: module.SourcePicker })));

/** A picture to draw from: dropped, uploaded, pasted or picked from the gallery; and how far to go from it. */
export function SourceField({ studio: { settings, change, model }, upload }: { studio: Studio; upload: SourceUpload }) {
  const { t } = useLingui();
  const [isPicking, setPicking] = useState(false);
  const range = model.capabilities.imageToImage;
  if (!range) return null;
  return (
    <div className="grid gap-3">
      <h3 className="text-sm font-semibold">{t`Source image`}</h3>
      {settings.source ? (
        <SourceChip model={model} source={settings.source} onRemove={() => change({ source: null })} isLarge />
      ) : (
        <SourceDrop busy={upload.isPending} onFile={upload.send} onPick={() => setPicking(true)} />
      )}
      {settings.source && model.capabilities.inpainting && (
        <MaskField key={settings.source.id} source={settings.source} onChange={(source) => change({ source })} />
      )}
      {!settings.source && upload.error && <FailureNotice error={upload.error} />}
      {settings.source && settings.denoisingStrength !== null && (
        <Slider
          label={t`Denoising strength`}
          hint={t`Low stays near the source image, high goes far from it.`}
          value={settings.denoisingStrength}
          min={range.min}
          max={range.max}
          step={0.05}
          format={{ minimumFractionDigits: 2 }}
          onChange={(denoisingStrength) => change({ denoisingStrength })}
        />
      )}
      {isPicking && (
        <Suspense>
          <SourcePicker
            onClose={() => setPicking(false)}
            onPick={(image) => {
              upload.giveUp();
              change({ source: sourceOf(image) });
              setPicking(false);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
