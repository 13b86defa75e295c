import type { Generation, Model, Recipe } from '@rendermart/contract';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { adaptSettings, defaultSettings, settingsOf, switchModel } from './settings.ts';
import type { Settings, SourceImage } from './settings.ts';

interface Draft {
  prompt: string;
  settings: Settings | null;
}
const draftKey = 'studio-draft';

/** New settings, or what makes them of those that are held by then: after a wait, what a closure knows is old. */
export type Change = Partial<Settings> | ((settings: Settings, model: Model) => Partial<Settings>);

/** The prompt and the settings; they survive a reload of the tab, and a model that goes away. */
export function useStudio(models: readonly Model[]) {
  const [draft, setDraft] = useState<Draft>(readDraft);
  useEffect(() => writeDraft(draft), [draft]);
  const { model, settings } = useMemo(() => shownOf(draft.settings, models), [draft.settings, models]);

  const setPrompt = useCallback((prompt: string) => setDraft((held) => ({ ...held, prompt })), []);
  const change = (part: Change) =>
    setDraft((held) => {
      const shown = shownOf(held.settings, models);
      return {
        ...held,
        settings: { ...shown.settings, ...(typeof part === 'function' ? part(shown.settings, shown.model) : part) },
      };
    });
  const choose = (id: string) => {
    const next = models.find((item) => item.id === id);
    if (next) change((held, from) => switchModel(held, from, next));
  };
  /** Takes over a recipe; answers false when its model is not at hand and another one stands in. */
  const follow = (recipe: Recipe | Generation, source: SourceImage | null): boolean => {
    const own = models.find(({ id }) => id === recipe.modelId);
    setDraft((held) => ({
      prompt: recipe.prompt,
      settings: settingsOf(recipe, own ?? shownOf(held.settings, models).model, source),
    }));
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

/** What is drawn with: the model of the settings, or the one that stands in, and the settings as it can honour them. */
export function shownOf(settings: Settings | null, models: readonly Model[]): { model: Model; settings: Settings } {
  const model = models.find(({ id }) => id === settings?.modelId) ?? models.find(({ isDefault }) => isDefault) ?? models[0]!;
  return { model, settings: settings ? adaptSettings(settings, model) : defaultSettings(model) };
}

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
