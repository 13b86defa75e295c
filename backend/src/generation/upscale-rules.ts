import type { FailureCode, GenerationWarning, UpscaleInput } from '@rendermart/contract';
import { type ModelFacts, type Settings, endingWarning, refuseModel } from './rules.ts';

/** What the rules need to know of the image to enlarge. */
export interface UpscaleSource {
  id: string;
  prompt: string;
  width: number;
  height: number;
}

export type UpscaleDecision =
  | { ok: true; settings: Settings; warnings: GenerationWarning[] }
  | {
      ok: false;
      code: Extract<FailureCode, 'model_unknown' | 'model_retired' | 'setting_out_of_range' | 'upscale_too_large'>;
      field: string;
      message: string;
    };

/** Whether a model enlarges images instead of drawing them. */
export const isUpscaler = ({ capabilities }: Pick<ModelFacts, 'capabilities'>) => capabilities.upscale !== undefined;

/** Learned upscalers first; else the order stays. */
export function learnedFirst<Candidate extends Pick<ModelFacts, 'capabilities'>>(upscalers: readonly Candidate[]): Candidate[] {
  const rank = ({ capabilities }: Candidate) => (capabilities.upscale?.learned ? 0 : 1);
  return upscalers.toSorted((one, other) => rank(one) - rank(other));
}

/** Decides how a larger copy is made, or why it is not. The copy keeps the words of its source, so that it is found by them. */
export function decideUpscale({ scale }: UpscaleInput, model: ModelFacts, source: UpscaleSource, now: Date): UpscaleDecision {
  const refusal = refuseModel(model, now);
  if (refusal) return { ...refusal, code: refusal.code as 'model_unknown' };
  const { upscale } = model.capabilities;
  if (!upscale) {
    const message = `${model.name} draws images and enlarges none. Nothing was queued. Choose an upscaler.`;
    return { ok: false, code: 'model_unknown', field: 'modelId', message };
  }
  if (!upscale.scales.includes(scale)) {
    const message = `${model.name} enlarges ${upscale.scales.join(' or ')} times, not ${scale}. Nothing was queued.`;
    return { ok: false, code: 'setting_out_of_range', field: 'scale', message };
  }
  const width = source.width * scale;
  const height = source.height * scale;
  if (Math.max(width, height) > upscale.maxSide) {
    const message = `The image would become ${width} × ${height}; ${model.name} makes at most ${upscale.maxSide} pixels a side. Nothing was queued.`;
    return { ok: false, code: 'upscale_too_large', field: 'scale', message };
  }
  return { ok: true, warnings: endingWarning(model, now), settings: settingsOf(source, { scale, width, height }) };
}

/** The settings of a larger copy. It has no seed: the same source gives the same copy. */
function settingsOf(source: UpscaleSource, size: { scale: number; width: number; height: number }): Settings {
  return {
    prompt: source.prompt,
    negativePrompt: '',
    steps: null,
    guidanceScale: null,
    seed: 0,
    count: 1,
    background: null,
    sourceImageId: source.id,
    denoisingStrength: null,
    maskId: null,
    ...size,
  };
}
