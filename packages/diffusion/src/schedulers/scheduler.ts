/**
 * What a scheduler is. A scheduler decides which noise levels a network visits and how latents move from one to the
 * next; the network itself, guidance and decoding are the pipeline's. `makeScheduler` in `make-scheduler.ts` makes one
 * from a diffusers `scheduler_config.json`.
 */

/** The schedulers of this library, by the names that people know. */
export const schedulerNames = [
  'ddim',
  'pndm',
  'euler',
  'euler-ancestral',
  'dpmpp-2m',
  'dpmpp-2m-karras',
  'lcm',
  'flow-match-euler',
] as const;
/** One of `schedulerNames`. */
export type SchedulerName = (typeof schedulerNames)[number];

/**
 * What a network predicts: the noise (`epsilon`), the velocity √ᾱ·noise − √(1−ᾱ)·x (`v_prediction`, Salimans & Ho
 * 2202.00512), the clean latents (`sample`), or the velocity noise − x of a rectified flow (`flow_prediction`).
 */
export type PredictionType = 'epsilon' | 'v_prediction' | 'sample' | 'flow_prediction';

/**
 * Fresh standard normal noise for a step, `length` numbers. Asked with the same `stream` it gives the same numbers, so
 * that a step can be repeated. Stream 0 is the noise that a picture starts from; step `i` asks for stream `i + 1`.
 */
export type NoiseSource = (stream: number, length: number) => Float32Array;

/** What a step needs. Nothing in it is written to. */
export interface StepInput {
  /** What the network predicted, after guidance, for `scaleModelInput(sample, index)`. */
  modelOutput: Float32Array;
  /** The latents before the step (not scaled), as long as `modelOutput`. */
  sample: Float32Array;
  /** Which of `timesteps`, from 0. */
  index: number;
  /** Asked by schedulers with `needsNoise` only. */
  noise: NoiseSource;
  /** What the step before handed out as `memory`; leave it out at the first step. */
  memory?: SchedulerMemory;
}

/** What a multi-step scheduler remembers of the steps before. Hand it on unread. */
export type SchedulerMemory = readonly (Float32Array | Float64Array)[];

/** What a step gives. All arrays are new. */
export interface StepOutput {
  /** The latents at the next noise level; after the last step, the result. */
  sample: Float32Array;
  /** The clean latents as this step predicts them: good for previews. */
  predicted: Float32Array;
  memory: SchedulerMemory;
}

/** How a schedule is cut. */
export interface ScheduleOptions {
  /** Steps for the whole way from noise to picture. */
  steps: number;
  /**
   * Image-to-image: the share of the way that is walked, above 0 and at most 1. The first timesteps are cut off as
   * diffusers does: ⌊steps · strength⌋ of them stay. Leave it out for text-to-image.
   */
  strength?: number;
  /**
   * Draw with another scheduler than the folder's own, with what its configuration says of betas and prediction, as
   * diffusers' `from_config` does.
   */
  scheduler?: SchedulerName;
  /**
   * Flow matching only: the sigmas before the shift, in place of the evenly spaced ones. FLUX pipelines give
   * `fluxSigmas(steps)`.
   */
  sigmas?: readonly number[];
  /** Flow matching with a dynamic shift (`use_dynamic_shifting`): how many image tokens the transformer sees. */
  imageTokens?: number;
}

/** A schedule for one picture or one batch. Immutable; one object serves any number of drawings at once. */
export interface Scheduler {
  readonly name: SchedulerName;
  readonly prediction: PredictionType;
  /**
   * What the network is told at each evaluation, in order. One evaluation a step; PNDM evaluates once more than
   * `steps`. Flow matching has fractions here, on the scale 0 to 1000.
   */
  readonly timesteps: readonly number[];
  /** Text-to-image starts from standard normal noise times this. */
  readonly initialNoiseScale: number;
  /** Whether `step` asks the noise source. */
  readonly needsNoise: boolean;
  /** What the network is shown for the latents at `timesteps[index]`. A new array. */
  scaleModelInput(sample: Float32Array, index: number): Float32Array;
  /** Moves the latents from `timesteps[index]` to the next noise level. */
  step(input: StepInput): StepOutput;
  /**
   * Clean latents noised to `timesteps[index]`: where image-to-image starts (index 0), and the kept part of an
   * inpainting between steps. An `index` past the last timestep gives the clean latents.
   */
  addNoise(original: Float32Array, noise: Float32Array, index: number): Float32Array;
}
