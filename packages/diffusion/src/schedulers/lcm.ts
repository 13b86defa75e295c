import { z } from 'zod';
import { DiffusionError } from '../failure.ts';
import { noiseLevels, prediction, readSettings, refused } from './config.ts';
import { assertSignal, noisedToAlpha } from './ddim.ts';
import { alphasCumprodOf } from './noise-levels.ts';
import { levelOfAlpha, predictedClean } from './prediction.ts';
import type { ScheduleOptions, Scheduler } from './scheduler.ts';
import { assertOptions } from './timesteps.ts';
import { clamped, linear, single } from './vectors.ts';

const Settings = z.object({
  ...noiseLevels,
  beta_start: noiseLevels.beta_start.default(0.00085),
  beta_end: noiseLevels.beta_end.default(0.012),
  beta_schedule: noiseLevels.beta_schedule.default('scaled_linear'),
  ...prediction('epsilon', 'v_prediction', 'sample'),
  original_inference_steps: z.int().min(1).default(50),
  clip_sample: z.boolean().default(false),
  clip_sample_range: z.number().gt(0).default(1),
  timestep_scaling: z.number().gt(0).default(10),
  thresholding: refused.thresholding,
});
type Settings = z.infer<typeof Settings>;

/**
 * Evenly taken from the timesteps of the distillation. Under a strength only the lower ones are left, so that
 * image-to-image still walks all its steps; when fewer are left than steps, each of them.
 */
function timestepsOf(settings: Settings, { steps, strength = 1 }: ScheduleOptions): number[] {
  const { num_train_timesteps: train, original_inference_steps: original } = settings;
  if (steps > original)
    throw new DiffusionError('request_invalid', `This LCM model was distilled to ${original} steps; ${steps} are too many`);
  const stride = Math.floor(train / original);
  const left = Math.max(1, Math.floor(original * strength));
  const count = Math.min(steps, left);
  return Array.from({ length: count }, (_, i) => (left - Math.floor((i * left) / count)) * stride - 1);
}

/** How much of a prediction and of the sample the consistency function takes: its boundary condition, σ of data ½. */
function boundaryOf({ timestep_scaling: scaling }: Settings, timestep: number): { skip: number; out: number } {
  const scaled = timestep * scaling;
  return { skip: 0.25 / (scaled ** 2 + 0.25), out: scaled / Math.sqrt(scaled ** 2 + 0.25) };
}

/**
 * Multi-step sampling of latent consistency models (Luo et al., 2310.04378, algorithm 3), as diffusers' `LCMScheduler`
 * does it. Image-to-image cuts the distillation's timesteps, as diffusers' own LCM pipeline does.
 */
export function makeLcm(config: unknown, options: ScheduleOptions): Scheduler {
  const settings = readSettings(Settings, config, 'LCMScheduler');
  assertSignal(settings, 'LCMScheduler');
  assertOptions(options, settings.num_train_timesteps);
  const alphas = alphasCumprodOf(settings);
  const timesteps = timestepsOf(settings, options);
  return {
    name: 'lcm',
    prediction: settings.prediction_type,
    timesteps,
    initialNoiseScale: 1,
    needsNoise: timesteps.length > 1,
    scaleModelInput: (sample) => sample.slice(),
    step({ modelOutput, sample, index, noise }) {
      const timestep = timesteps[index]!;
      const clean = predictedClean(settings.prediction_type, levelOfAlpha(alphas[timestep]!), modelOutput, sample);
      const limited = settings.clip_sample ? clamped(clean, settings.clip_sample_range) : clean;
      const { skip, out } = boundaryOf(settings, timestep);
      const exact = linear([out, limited], [skip, sample]);
      const predicted = single(exact);
      const nextTimestep = timesteps[index + 1];
      if (nextTimestep === undefined) return { sample: predicted.slice(), predicted, memory: [] };
      const moved = noisedToAlpha(exact, noise(index + 1, sample.length), alphas[nextTimestep]);
      return { sample: moved, predicted, memory: [] };
    },
    addNoise: (original, noise, index) => noisedToAlpha(original, noise, alphas[timesteps[index] ?? Number.NaN]),
  };
}
