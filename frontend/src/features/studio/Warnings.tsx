import { useLingui } from '@lingui/react/macro';
import type { GenerationWarning } from '@rendermart/contract';
import { Info } from 'lucide-react';
import { useFormat } from '../../data/format.ts';

/** What the model could not honour, in the reader's language. */
export function Warnings({ warnings }: { warnings: readonly GenerationWarning[] }) {
  const textOf = useWarningText();
  if (warnings.length === 0) return null;
  return (
    <ul className="grid gap-1 text-sm/5 text-warn">
      {warnings.map((warning, index) => (
        <li key={index} className="flex gap-1.5">
          <Info aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span>{textOf(warning)}</span>
        </li>
      ))}
    </ul>
  );
}

function useWarningText(): (warning: GenerationWarning) => string {
  const { t } = useLingui();
  const { list } = useFormat();
  const settings: Record<string, string> = {
    negativePrompt: t`Negative prompt`,
    width: t`Width`,
    height: t`Height`,
    steps: t`Steps`,
    guidanceScale: t`Guidance scale`,
    seed: t`Seed`,
    count: t`Images`,
    background: t`Background`,
    sourceImageId: t`Source image`,
    denoisingStrength: t`Denoising strength`,
  };
  return ({ code, setting = '', words = [], message }) => {
    const name = settings[setting] ?? setting;
    const listed = list(words.map((word) => t`“${word}”`));
    switch (code) {
      case 'setting_ignored':
        return t`“${name}” has no effect with this model.`;
      case 'setting_changed':
        return t`“${name}” was changed to what the model can do.`;
      case 'unknown_words':
        return t`Not known and left out: ${listed}.`;
      case 'guessed_words':
        return t`Read as a similar word: ${listed}.`;
      case 'empty_prompt':
        return t`The prompt names nothing that this model draws, so it drew what came to its mind.`;
      case 'model_ending':
        return t`This model will end soon.`;
      case 'other':
        return message;
    }
  };
}
