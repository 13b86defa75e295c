import type { Capabilities, PromptReading } from '@rendermart/contract';

/** The specification's version. An engine of another version is refused at start. */
export const engineSpecVersion = 1;

/** The model to use, as the platform's row names it for its engine. */
export interface EngineModel {
  /** The engine's own name for the model, such as `sticker-one` or `gpt-image-2`. */
  name: string;
  /** What only this engine has; parsed by the engine's own schema. */
  options: Record<string, unknown>;
}

/** An encoded picture. */
export interface Picture {
  bytes: Uint8Array;
  mediaType: 'image/png' | 'image/jpeg' | 'image/webp';
  width: number;
  height: number;
}

/**
 * One call: up to `capabilities.imagesPerCall` images of one prompt. Settings outside the capabilities never arrive here.
 * A model with `capabilities.upscale` is asked for one image: `source` is the picture to enlarge, `width` and `height` are its own
 * size times one of the model's scales, and the prompt says only what is in the picture.
 */
export interface EngineJob {
  model: EngineModel;
  prompt: string;
  negativePrompt: string;
  width: number;
  height: number;
  steps: number | null;
  guidanceScale: number | null;
  /** One seed an image, each 0 … 2³²−1. Its length is the number of images. */
  seeds: readonly number[];
  /** `transparent`, a colour such as `#ffcc00`, or null for the model's own default. */
  background: string | null;
  /** `mask`, for models with `capabilities.inpainting`: of the picture's size; its white is drawn anew, its black stays as it is. */
  source: { picture: Picture; denoisingStrength: number; mask?: Picture } | null;
}

/** A setting that could not be honoured: the person who asked sees it. */
export interface EngineWarning {
  code: 'setting_ignored' | 'setting_changed' | 'unknown_words' | 'guessed_words' | 'empty_prompt' | 'other';
  /** The setting's name in the request, such as `negativePrompt`. */
  setting?: string;
  words?: string[];
  /** English, for logs and API clients; the page has a text of its own per code. */
  message: string;
}

export type EngineEvent =
  /** Steps done of the whole call; never goes back. */
  | { type: 'progress'; step: number; steps: number }
  /** What the picture looks like so far. Only the latest matters. */
  | { type: 'preview'; index: number; picture: Picture }
  | { type: 'warning'; warning: EngineWarning }
  /**
   * A finished image; `index` counts within the call, and the seed is the one that draws it again. `procedural` names, in
   * English, what of it was made by rule and not by the model's networks; `upscaler` what enlarged it to its size. Both go into the recipe.
   */
  | { type: 'image'; index: number; seed: number; picture: Picture; procedural?: readonly string[]; upscaler?: string };

/** A model in memory, such as `{ model: 'sticker-one', provider: 'cpu', precision: 'float32' }`. */
export interface LoadedModel {
  model: string;
  provider: string;
  precision: string;
}

/**
 * Something that draws. Stateless from the platform's point of view: everything a call needs is in the job.
 * Every failure is an `EngineError`; an aborted `signal` ends the call with kind `cancelled` as soon as `capabilities.cancel` says.
 */
export interface ImageEngine {
  readonly name: string;
  readonly specVersion: typeof engineSpecVersion;
  /** The engine ends by itself what falls silent. Calls that wait here for their turn say nothing, for hours perhaps, and are not lost. */
  readonly keepsTime?: true;
  /** Asks what a model can do. Throws `misconfigured` or `model_retired` when it cannot be used. */
  describe(model: EngineModel, signal: AbortSignal): Promise<Capabilities>;
  /** Draws. Yields every image exactly once, in any order, each as soon as it is finished. */
  generate(job: EngineJob, signal: AbortSignal): AsyncIterable<EngineEvent>;
  /**
   * Loads now what the first picture of a model would wait for; it may be called at any time and again. Where it is absent there is
   * nothing to load. Throws what `describe` throws, and `cancelled`; the platform goes on without it.
   */
  warmUp?(model: EngineModel, signal: AbortSignal): Promise<void>;
  /** Models in this machine's memory, and what each really runs on. Absent where that is a server's own affair. */
  loaded?(): readonly LoadedModel[];
  /** For models with a closed vocabulary: how each word of a prompt is understood. */
  readPrompt?(model: EngineModel, prompt: string): Promise<PromptReading>;
  /** For models with a closed vocabulary: words that begin with `prefix`, most useful first. */
  suggest?(model: EngineModel, prefix: string, locale: string): Promise<string[]>;
  close(): Promise<void>;
}
