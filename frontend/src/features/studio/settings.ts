import type {
  Capabilities,
  Generation,
  GenerationInput,
  Image,
  LiveDrawingInput,
  Model,
  Recipe,
  Size,
} from '@rendermart/contract';
import { closestSize, defaultSize, sameSize } from './sizes.ts';

/** A source image, with what is needed to show it. */
export interface SourceImage {
  id: string;
  width: number;
  height: number;
  placeholder: string | null;
  transparent: boolean;
  /** The mask that was painted for it, if any. */
  maskId?: string | null;
}

export const sourceOf = ({ id, width, height, placeholder, transparent }: Image): SourceImage => ({
  id,
  width,
  height,
  placeholder,
  transparent,
});

/** What the panel holds. `null` leaves a setting to the model; a null seed is drawn anew each time. */
export interface Settings {
  modelId: string;
  size: Size;
  steps: number | null;
  guidanceScale: number | null;
  negativePrompt: string;
  seed: number | null;
  count: number;
  background: string;
  source: SourceImage | null;
  denoisingStrength: number | null;
}

export const noBackground = 'transparent';

export function defaultSettings({ id, capabilities }: Model): Settings {
  return {
    modelId: id,
    size: defaultSize(capabilities.size),
    steps: capabilities.steps?.default ?? null,
    guidanceScale: capabilities.guidanceScale?.default ?? null,
    negativePrompt: '',
    seed: null,
    count: 1,
    background: noBackground,
    source: null,
    denoisingStrength: capabilities.imageToImage?.default ?? null,
  };
}

/** Keeps what the model can honour, brings what is out of range to its edge, and takes the rest from the model. */
export function adaptSettings(settings: Settings, { id, capabilities }: Model): Settings {
  return {
    ...settings,
    modelId: id,
    size: closestSize(capabilities.size, settings.size),
    steps: within(capabilities.steps, settings.steps),
    guidanceScale: within(capabilities.guidanceScale, settings.guidanceScale),
    denoisingStrength: within(capabilities.imageToImage, settings.denoisingStrength),
  };
}

/** For a change of model: what stood at the old model's default goes to the new one's, what was chosen stays as near as possible. */
export function switchModel(settings: Settings, from: Model, to: Model): Settings {
  const [before, after] = [defaultSettings(from), defaultSettings(to)];
  const carried = {
    size: sameSize(settings.size, before.size) ? after.size : settings.size,
    steps: settings.steps === before.steps ? after.steps : settings.steps,
    guidanceScale: settings.guidanceScale === before.guidanceScale ? after.guidanceScale : settings.guidanceScale,
    denoisingStrength:
      settings.denoisingStrength === before.denoisingStrength ? after.denoisingStrength : settings.denoisingStrength,
  };
  return adaptSettings({ ...settings, ...carried }, to);
}

function within(range: Capabilities['steps'], value: number | null): number | null {
  if (!range) return null;
  return value === null ? range.default : Math.min(range.max, Math.max(range.min, value));
}

/** The body of `POST /api/generations`: only settings that the model has, so that nothing is asked in vain. */
export function toRequest(prompt: string, settings: Settings, { id, capabilities: can }: Model): GenerationInput {
  const fits = adaptSettings(settings, { id, capabilities: can } as Model);
  return {
    prompt: prompt.trim(),
    modelId: id,
    count: fits.count,
    width: fits.size.width,
    height: fits.size.height,
    ...(can.negativePrompt && fits.negativePrompt.trim() !== '' ? { negativePrompt: fits.negativePrompt.trim() } : {}),
    ...(fits.steps !== null ? { steps: fits.steps } : {}),
    ...(fits.guidanceScale !== null ? { guidanceScale: fits.guidanceScale } : {}),
    ...(can.seed && fits.seed !== null ? { seed: fits.seed } : {}),
    ...(can.transparentBackground ? { background: fits.background } : {}),
    ...(can.imageToImage && fits.source ? { sourceImageId: fits.source.id } : {}),
    ...(can.inpainting && fits.source?.maskId ? { maskId: fits.source.maskId } : {}),
    ...(can.imageToImage && fits.source && fits.denoisingStrength !== null ? { denoisingStrength: fits.denoisingStrength } : {}),
  };
}

/** The body of `POST /api/live-drawings`; null while there is nothing that could be drawn. */
export function toLiveRequest(prompt: string, settings: Settings, model: Model, seed: number): LiveDrawingInput | null {
  const { count: _count, width: _width, height: _height, steps: _steps, ...said } = toRequest(prompt, settings, model);
  if (said.prompt === '' || said.prompt.length > model.capabilities.promptMaxLength) return null;
  return { ...said, modelId: model.id, seed };
}

/** The settings of a recipe for a model at hand; the seed too, so that the same picture comes out again. */
export function settingsOf(recipe: Recipe | Generation, model: Model, source: SourceImage | null): Settings {
  return adaptSettings(
    {
      modelId: model.id,
      size: { width: recipe.width, height: recipe.height },
      steps: recipe.steps,
      guidanceScale: recipe.guidanceScale,
      negativePrompt: recipe.negativePrompt,
      seed: recipe.seed,
      count: 'count' in recipe ? recipe.count : 1,
      background: recipe.background ?? noBackground,
      source,
      denoisingStrength: recipe.denoisingStrength,
    },
    model,
  );
}

/** What the images cost together; null when they cost nothing. */
export function totalCredits(model: Model, count: number): bigint | null {
  const total = BigInt(model.priceCredits) * BigInt(count);
  return total > 0n ? total : null;
}
