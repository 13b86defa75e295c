import type { Generation, Model, Recipe } from '@rendermart/contract';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { adaptSettings, defaultSettings, settingsOf, switchModel } from './settings.ts';
import type { Settings, SourceImage } from './settings.ts';

interface Draft {
  prompt: string;
  settings: Settings | null;
}
const draftKey = 'studio-draft';

/** The prompt and the settings; they survive a reload of the tab, and a model that goes away. */
export function useStudio(models: readonly Model[]) {
  const [draft, setDraft] = useState<Draft>(readDraft);
  useEffect(() => writeDraft(draft), [draft]);
  const model =
    models.find(({ id }) => id === draft.settings?.modelId) ?? models.find(({ isDefault }) => isDefault) ?? models[0]!;
  const settings = useMemo(
    () => (draft.settings ? adaptSettings(draft.settings, model) : defaultSettings(model)),
    [draft.settings, model],
  );

  const setPrompt = useCallback((prompt: string) => setDraft((held) => ({ ...held, prompt })), []);
  const change = (part: Partial<Settings>) => setDraft((held) => ({ ...held, settings: { ...settings, ...part } }));
  const choose = (id: string) => {
    const next = models.find((item) => item.id === id);
    if (next) setDraft((held) => ({ ...held, settings: switchModel(settings, model, next) }));
  };
  /** Takes over a recipe; answers false when its model is not at hand and another one stands in. */
  const follow = (recipe: Recipe | Generation, source: SourceImage | null): boolean => {
    const own = models.find(({ id }) => id === recipe.modelId);
    setDraft({ prompt: recipe.prompt, settings: settingsOf(recipe, own ?? model, source) });
    return own !== undefined;
  };
  return {
    prompt: draft.prompt,
    setPrompt,
    settings,
    change,
    choose,
    follow,
    model,
    models,
    reset: () => setDraft((held) => ({ ...held, settings: null })),
  };
}
export type Studio = ReturnType<typeof useStudio>;

function readDraft(): Draft {
  try {
    return { prompt: '', settings: null, ...(JSON.parse(sessionStorage.getItem(draftKey) ?? '{}') as Partial<Draft>) };
  } catch {
    return { prompt: '', settings: null };
  }
}

function writeDraft(draft: Draft): void {
  try {
    sessionStorage.setItem(draftKey, JSON.stringify(draft));
  } catch {
    /* storage is refused: the draft lives with the page */
  }
}
