import type { SchedulerName } from './schedulers/scheduler.ts';
import type { PromptReading } from './flow-latent/reading.ts';
import type { Vocabulary } from './flow-latent/vocabulary.ts';

/** The kinds of models that this library draws with. */
export type ModelKind =
  /** Our own small models: `manifest.json`, format `rendermart-flow-latent/1`. */
  | 'flow-latent'
  /** Stable Diffusion 1.x and 2.x, SD-Turbo, and their inpainting models. */
  | 'stable-diffusion'
  /** SDXL and SDXL-Turbo. */
  | 'stable-diffusion-xl'
  /** Latent consistency models: few steps, the guidance scale is an input of the network. */
  | 'latent-consistency'
  /** Stable Diffusion 3 and 3.5. */
  | 'stable-diffusion-3';

/** A range of a setting, ends included, and what is taken when nothing is said. */
export interface SettingRange {
  min: number;
  max: number;
  default: number;
}

/** Picture sizes in pixels that a model draws: only one, or every multiple of `step` within limits. */
export type SizeRule =
  | { kind: 'fixed'; width: number; height: number }
  | {
      kind: 'range';
      default: { width: number; height: number };
      /** Shortest and longest side. */
      min: number;
      max: number;
      step: number;
      /** Width times height. */
      maxPixels: number;
    };

/** What a model is and can do, read off its folder without loading weights. */
export interface ModelDescription {
  kind: ModelKind;
  /** The manifest's id, or the folder's name. */
  id: string;
  name: string;
  licence: {
    /** Such as `apache-2.0` or `openrail++`, when the folder says so. */
    id: string | undefined;
    /** The licence file's text, when there is one. */
    text: string | undefined;
  };
  size: SizeRule;
  /** Evaluations of the whole way from noise to picture. */
  steps: SettingRange;
  /** 1 draws by the prompt alone. Null where the model has no such setting. */
  guidanceScale: SettingRange | null;
  /** Whether a negative prompt changes anything (where guidance is above 1). */
  negativePrompt: boolean;
  imageToImage: boolean;
  /** Whether a part of a source picture can be drawn anew. */
  inpaint: boolean;
  transparentBackground: boolean;
  /** Pictures that one request draws together. */
  maxBatch: number;
  /** Whether one picture at the default steps takes a fraction of a second on two processor cores, as its maker says. */
  live: boolean;
  /** Schedulers that can draw with it, its own first. Empty where there is no choice. */
  schedulers: readonly SchedulerName[];
  /** How many of the text encoder's last layers may be left out; null where the folder's networks do not allow it. */
  clipSkip: { min: number; max: number } | null;
  /** Whether `(word:1.2)` weighs a word. */
  promptWeights: boolean;
  /** The numbers that most weights are stored in. */
  precision: 'float32' | 'float16' | 'int8';
  /** The folder, beside the model's own, of the upscaler that enlarges its pictures. */
  upscaler?: string;
  /** What of the folder is not used, in words. */
  notes: readonly string[];
}

/** What a model with a closed vocabulary knows of words. */
export interface ModelWords {
  vocabulary: Vocabulary;
  /** How each word of a prompt is understood. */
  read(prompt: string): PromptReading;
  /** Things and words that begin with `prefix`. */
  suggest(prefix: string, locale: string): string[];
}

/** A model on disk: described, its weights not loaded. */
export interface Model {
  /** Absolute path. */
  readonly folder: string;
  readonly description: ModelDescription;
  /** What its networks take on disk, which is about what they take in memory. */
  readonly weightsBytes: number;
  /** Only where the vocabulary is closed; other models take any text. */
  readonly words?: ModelWords;
}

/** The size that is drawn when a request names none. */
export function defaultSize({ size }: ModelDescription): { width: number; height: number } {
  return size.kind === 'fixed' ? { width: size.width, height: size.height } : size.default;
}
