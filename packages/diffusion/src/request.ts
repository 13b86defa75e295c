import { DiffusionError } from './failure.ts';
import { defaultSize } from './model.ts';
import type { Model, ModelDescription, SettingRange } from './model.ts';
import type { RgbaPicture } from './picture.ts';
import type { SchedulerName } from './schedulers/scheduler.ts';

/** One call: up to `description.maxBatch` pictures of one size, drawn together. What is left out has the model's default. */
export interface DiffusionRequest {
  /** Each picture has a prompt and a seed (0 … 2⁵³−1) of its own; the same pair draws the same picture again. */
  pictures: readonly { prompt: string; seed: number }[];
  /** What to stay away from, in place of the unconditional prompt. Works where guidance is above 1. */
  negativePrompt?: string;
  /** Pixels, by the model's `size`. */
  width?: number;
  height?: number;
  /** Evaluations of the whole way. Redrawing at a strength walks that share of them; a flow model may spend the rest on starting anew. */
  steps?: number;
  /** 1 means none. */
  guidanceScale?: number;
  /** Another scheduler than the model's own. */
  scheduler?: SchedulerName;
  /** How many of the text encoder's last layers to leave out for the prompts, as diffusers counts them: 0 leaves out none. */
  clipSkip?: number;
  source?: SourcePicture;
  /** Whether to show pictures between the steps. They cost at most a third of the time. */
  previews?: boolean;
}

/** A picture to redraw, of the size that is drawn. */
export interface SourcePicture {
  picture: RgbaPicture;
  /** Above 0, at most 1: 1 keeps nothing of it, 0.1 nearly everything. */
  strength: number;
  /** Inpainting: one byte a pixel, row by row. From 128 on a pixel is drawn anew, below it is kept. */
  mask?: Uint8Array;
}

/** What a drawing tells, in order: its steps, previews where they were asked for, and each picture once. Indexes count within the request. */
export type DiffusionEvent =
  /** Steps done of all. */
  | { type: 'step'; step: number; steps: number }
  /** What picture `index` will look like, seen from the current step. It may be smaller than the picture. */
  | { type: 'preview'; index: number; picture: RgbaPicture }
  | { type: 'image'; index: number; picture: RgbaPicture };

type Description = ModelDescription;
type Problem = string | undefined;

function picturesProblem({ maxBatch }: Description, { pictures }: DiffusionRequest): Problem {
  if (pictures.length < 1 || pictures.length > maxBatch) return `pictures: 1 to ${maxBatch} at once, not ${pictures.length}`;
  const seed = pictures.find(({ seed }) => !Number.isSafeInteger(seed) || seed < 0)?.seed;
  return seed === undefined ? undefined : `seed: a whole number from 0, not ${seed}`;
}

function rangeProblem(name: string, range: SettingRange | null, value: number | undefined, whole: boolean): Problem {
  if (value === undefined) return undefined;
  if (range === null) return `${name}: this model has no such setting`;
  const fits = value >= range.min && value <= range.max && (!whole || Number.isInteger(value));
  return fits ? undefined : `${name}: ${whole ? 'a whole number ' : ''}from ${range.min} to ${range.max}, not ${value}`;
}

/** The nearest side that a model draws. */
function nearestSide(side: number, { min, max, step }: { min: number; max: number; step: number }): number {
  return Math.min(max, Math.max(min, Math.round(side / step) * step));
}

function sizeProblem({ size }: Description, { width, height }: { width: number; height: number }): Problem {
  if (size.kind === 'fixed') {
    const same = width === size.width && height === size.height;
    return same ? undefined : `width, height: this model draws ${size.width}×${size.height} only, not ${width}×${height}`;
  }
  const fits = (side: number) => Number.isInteger(side) && side >= size.min && side <= size.max && side % size.step === 0;
  if (!fits(width) || !fits(height)) {
    const nearest = `${nearestSide(width || 0, size)}×${nearestSide(height || 0, size)}`;
    return `width, height: multiples of ${size.step} from ${size.min} to ${size.max}, not ${width}×${height}. Near to it is ${nearest}`;
  }
  if (width * height <= size.maxPixels) return undefined;
  return `width, height: at most ${size.maxPixels} pixels in all, not ${width}×${height} (${width * height})`;
}

function choicesProblem({ schedulers, clipSkip }: Description, request: DiffusionRequest): Problem {
  const { scheduler } = request;
  if (scheduler !== undefined && !schedulers.includes(scheduler)) {
    const choice = schedulers.length === 0 ? 'this model has no choice of schedulers' : `one of ${schedulers.join(', ')}`;
    return `scheduler: ${choice}, not ${scheduler}`;
  }
  return rangeProblem('clipSkip', clipSkip && { ...clipSkip, default: 0 }, request.clipSkip, true);
}

function sourceProblem(description: Description, source: SourcePicture, size: { width: number; height: number }): Problem {
  if (!description.imageToImage) return `source: ${description.id} draws from text only`;
  if (!(source.strength > 0 && source.strength <= 1)) return `source.strength: above 0, at most 1, not ${source.strength}`;
  const { width, height, rgba } = source.picture;
  if (width !== size.width || height !== size.height)
    return `source.picture: ${size.width}×${size.height} pixels, not ${width}×${height}`;
  if (rgba.length !== width * height * 4) return 'source.picture: its bytes do not match its size';
  if (source.mask === undefined) return undefined;
  if (!description.inpaint) return `source.mask: ${description.id} redraws whole pictures only`;
  return source.mask.length === width * height ? undefined : 'source.mask: one byte for each pixel of the picture';
}

/** The size that a request asks for. */
export function sizeOf(
  { description }: Pick<Model, 'description'>,
  request: DiffusionRequest,
): { width: number; height: number } {
  const usual = defaultSize(description);
  return { width: request.width ?? usual.width, height: request.height ?? usual.height };
}

/** What is wrong with a request for a model, in words that begin with the setting's name; undefined when nothing is. */
export function requestProblem(model: Pick<Model, 'description'>, request: DiffusionRequest): string | undefined {
  const { description } = model;
  const size = sizeOf(model, request);
  return (
    picturesProblem(description, request) ??
    rangeProblem('steps', description.steps, request.steps, true) ??
    rangeProblem('guidanceScale', description.guidanceScale, request.guidanceScale, false) ??
    sizeProblem(description, size) ??
    choicesProblem(description, request) ??
    (request.source && sourceProblem(description, request.source, size))
  );
}

/** Throws `request_invalid`, naming the setting, for what a model cannot draw. */
export function assertRequest(model: Pick<Model, 'description'>, request: DiffusionRequest): void {
  const problem = requestProblem(model, request);
  if (problem !== undefined) throw new DiffusionError('request_invalid', problem);
}
