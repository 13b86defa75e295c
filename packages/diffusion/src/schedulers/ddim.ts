import { z } from 'zod';
import { DiffusionError } from '../failure.ts';
import { noiseLevels, prediction, readSettings, refused, spacing } from './config.ts';
import type { NoiseLevelSettings } from './config.ts';
import { alphasCumprodOf } from './noise-levels.ts';
import { levelOfAlpha, predictedClean, predictedNoise } from './prediction.ts';
import type { ScheduleOptions, Scheduler } from './scheduler.ts';
import { assertOptions, roundHalfEven, skippedSteps, spacedTimesteps } from './timesteps.ts';
import { clamped, latents, single } from './vectors.ts';
import type { Vector } from './vectors.ts';

const Settings = z.object({
  ...noiseLevels,
  ...spacing('leading'),
  ...prediction('epsilon', 'v_prediction', 'sample'),
  clip_sample: z.boolean().default(true),
  clip_sample_range: z.number().gt(0).default(1),
  set_alpha_to_one: z.boolean().default(true),
  thresholding: refused.thresholding,
});

/** `model_invalid` for the one setting under which the first step would divide by zero. */
export function assertSignal(settings: NoiseLevelSettings & { prediction_type: string }, className: string): void {
  if (!settings.rescale_betas_zero_snr || settings.prediction_type !== 'epsilon') return;
  throw new DiffusionError(
    'model_invalid',
    `scheduler_config.json: ${className} with rescale_betas_zero_snr needs the prediction_type "v_prediction" or "sample", ` +
      'because latents of pure noise say nothing about the picture that "epsilon" would take out of them',
  );
}

/**
 * Latents noised to ᾱ of a timestep; beyond the last timestep, the clean ones.
 * @param alphaCumprod undefined beyond the last timestep
 */
export function noisedToAlpha(original: Vector, noise: Float32Array, alphaCumprod: number | undefined): Float32Array {
  if (alphaCumprod === undefined) return single(original);
  const level = levelOfAlpha(alphaCumprod);
  return latents([level.signal, original], [level.noise, noise]);
}

/**
 * Denoising diffusion implicit models without added noise (Song et al., 2010.02502, equation 12 with η = 0), as
 * diffusers' `DDIMScheduler` does it.
 */
export function makeDdim(config: unknown, options: ScheduleOptions): Scheduler {
  const settings = readSettings(Settings, config, 'DDIMScheduler');
  assertSignal(settings, 'DDIMScheduler');
  assertOptions(options, settings.num_train_timesteps);
  const alphas = alphasCumprodOf(settings);
  const afterLast = settings.set_alpha_to_one ? 1 : alphas[0]!;
  const whole = spacedTimesteps(settings, options.steps).map(roundHalfEven);
  const timesteps = whole.slice(skippedSteps(options, whole.length));
  const stride = Math.floor(settings.num_train_timesteps / options.steps);
  return {
    name: 'ddim',
    prediction: settings.prediction_type,
    timesteps,
    initialNoiseScale: 1,
    needsNoise: false,
    scaleModelInput: (sample) => sample.slice(),
    step({ modelOutput, sample, index }) {
      const timestep = timesteps[index]!;
      const level = levelOfAlpha(alphas[timestep]!);
      // By the even stride, not by the list: under "trailing" these differ by one, and the reference takes the stride.
      const next = levelOfAlpha(alphas[timestep - stride] ?? afterLast);
      const clean = predictedClean(settings.prediction_type, level, modelOutput, sample);
      const used = settings.clip_sample ? clamped(clean, settings.clip_sample_range) : clean;
      const noise = predictedNoise(settings.prediction_type, level, modelOutput, sample);
      return { sample: latents([next.signal, used], [next.noise, noise]), predicted: single(used), memory: [] };
    },
    addNoise: (original, noise, index) => noisedToAlpha(original, noise, alphas[timesteps[index] ?? Number.NaN]),
  };
}
