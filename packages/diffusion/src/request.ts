import { DiffusionError } from './failure.ts';
import type { Model } from './model-folder.ts';
import type { RgbaPicture } from './picture.ts';

/** One call: up to `capabilities.maxBatch` pictures, drawn together. */
export interface DiffusionRequest {
  /** Each picture has a prompt and a seed (0 … 2⁵³−1) of its own; the same pair draws the same picture again. */
  pictures: readonly { prompt: string; seed: number }[];
  /** What to stay away from, in place of the unconditional prompt. */
  negativePrompt?: string;
  /** Default: the manifest's. */
  steps?: number;
  /** Default: the manifest's. 1 means none. */
  guidanceScale?: number;
  /** A picture to redraw, of the model's own size. Strength 1 keeps nothing of it, 0.1 nearly everything. */
  source?: { picture: RgbaPicture; strength: number };
  /** Whether to decode pictures between the steps. They cost at most a third of the time. */
  previews?: boolean;
}

export type DiffusionEvent =
  /** Steps done of all. */
  | { type: 'step'; step: number; steps: number }
  /** What picture `index` will look like, seen from the current step. */
  | { type: 'preview'; index: number; picture: RgbaPicture }
  | { type: 'image'; index: number; picture: RgbaPicture };

/** What is wrong with a request for a model, in words; undefined when nothing is. */
export function requestProblem(model: Model, request: DiffusionRequest): string | undefined {
  const { sampling, capabilities, picture } = model.manifest;
  const { pictures, steps, guidanceScale, source } = request;
  if (pictures.length < 1 || pictures.length > capabilities.maxBatch)
    return `pictures: 1 to ${capabilities.maxBatch} at once, not ${pictures.length}`;
  const seed = pictures.find(({ seed }) => !Number.isSafeInteger(seed) || seed < 0)?.seed;
  if (seed !== undefined) return `seed: a whole number from 0, not ${seed}`;
  if (steps !== undefined && (!Number.isInteger(steps) || steps < sampling.steps.min || steps > sampling.steps.max)) {
    return `steps: a whole number from ${sampling.steps.min} to ${sampling.steps.max}, not ${steps}`;
  }
  const { min, max } = sampling.guidance;
  if (guidanceScale !== undefined && !(guidanceScale >= min && guidanceScale <= max))
    return `guidanceScale: from ${min} to ${max}, not ${guidanceScale}`;
  if (source === undefined) return undefined;
  if (!capabilities.imageToImage) return `source: ${model.manifest.id} draws from text only`;
  if (!(source.strength > 0 && source.strength <= 1)) return `source.strength: above 0, at most 1, not ${source.strength}`;
  const { width, height, rgba } = source.picture;
  if (width !== picture.width || height !== picture.height)
    return `source.picture: ${picture.width}×${picture.height} pixels, not ${width}×${height}`;
  if (rgba.length !== width * height * 4) return 'source.picture: its bytes do not match its size';
  return undefined;
}

/** Throws `request_invalid`, naming the setting, for what a model cannot draw. */
export function assertRequest(model: Model, request: DiffusionRequest): void {
  const problem = requestProblem(model, request);
  if (problem !== undefined) throw new DiffusionError('request_invalid', problem);
}
