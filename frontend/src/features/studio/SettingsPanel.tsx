import { useLingui } from '@lingui/react/macro';
import { RotateCcw } from 'lucide-react';
import { Button, Segmented, Slider, TextArea } from '../../ui/index.ts';
import { BackgroundField } from './BackgroundField.tsx';
import { ModelField } from './ModelField.tsx';
import { SeedField } from './SeedField.tsx';
import { SizeField } from './SizeField.tsx';
import { SourceField } from './SourceField.tsx';
import type { SourceUpload } from './use-source-upload.ts';
import type { Studio } from './use-studio.ts';

const counts = ['1', '2', '3', '4', '6', '8'] as const;

export interface SettingsPanelProps {
  studio: Studio;
  upload: SourceUpload;
  lastSeed: number | null;
}

/** Drawn from what the chosen model can do: a setting that it lacks is not shown. */
export function SettingsPanel({ studio, upload, lastSeed }: SettingsPanelProps) {
  const { t } = useLingui();
  const { settings, change, model } = studio;
  const reset = () => {
    upload.giveUp();
    studio.reset();
  };
  const { steps, guidanceScale, negativePrompt, seed, transparentBackground } = model.capabilities;
  return (
    <div className="grid gap-6">
      <ModelField studio={studio} />
      <Segmented
        label={t`Images`}
        value={String(settings.count) as (typeof counts)[number]}
        choices={counts.map((value) => ({ value, label: value }))}
        onChange={(count) => change({ count: Number(count) })}
      />
      <SizeField rule={model.capabilities.size} value={settings.size} onChange={(size) => change({ size })} />
      {transparentBackground && <BackgroundField value={settings.background} onChange={(background) => change({ background })} />}
      <SourceField studio={studio} upload={upload} />
      {negativePrompt && (
        <TextArea
          label={t`Negative prompt`}
          hint={t`What should not appear.`}
          rows={2}
          value={settings.negativePrompt}
          maxLength={model.capabilities.promptMaxLength}
          onChange={(event) => change({ negativePrompt: event.target.value })}
        />
      )}
      {steps && settings.steps !== null && (
        <Slider
          label={t`Steps`}
          hint={t`More steps take longer and add detail.`}
          value={settings.steps}
          min={steps.min}
          max={steps.max}
          onChange={(value) => change({ steps: value })}
        />
      )}
      {guidanceScale && settings.guidanceScale !== null && (
        <Slider
          label={t`Guidance scale`}
          hint={t`How closely the picture follows the prompt.`}
          value={settings.guidanceScale}
          min={guidanceScale.min}
          max={guidanceScale.max}
          step={guidanceScale.max - guidanceScale.min > 10 ? 0.5 : 0.1}
          onChange={(value) => change({ guidanceScale: value })}
        />
      )}
      {seed && <SeedField value={settings.seed} lastSeed={lastSeed} onChange={(value) => change({ seed: value })} />}
      <Button
        size="small"
        tone="quiet"
        className="justify-self-start"
        icon={<RotateCcw aria-hidden className="size-4" />}
        onClick={reset}
      >{t`Back to the defaults`}</Button>
    </div>
  );
}
