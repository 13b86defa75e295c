import { z } from 'zod';
import { DiffusionError } from '../failure.ts';
import { onlyValue, readSettings, refused, trainTimesteps } from './config.ts';
import { linspace } from './noise-levels.ts';
import type { ScheduleOptions, Scheduler } from './scheduler.ts';
import { assertOptions } from './timesteps.ts';
import { latents, linear, single } from './vectors.ts';

const Settings = z.object({
  ...trainTimesteps,
  shift: z.number().gt(0).default(1),
  use_dynamic_shifting: z.boolean().nullish(),
  base_shift: z
    .number()
    .nullish()
    .transform((value) => value ?? 0.5),
  max_shift: z
    .number()
    .nullish()
    .transform((value) => value ?? 1.15),
  base_image_seq_len: z
    .int()
    .min(1)
    .nullish()
    .transform((value) => value ?? 256),
  max_image_seq_len: z
    .int()
    .min(1)
    .nullish()
    .transform((value) => value ?? 4096),
  time_shift_type: z.enum(['exponential', 'linear']).default('exponential'),
  stochastic_sampling: z.boolean().nullish(),
  invert_sigmas: onlyValue(false, 'flows that run from picture to noise are not'),
  shift_terminal: onlyValue(null, 'a stretched end of the schedule is not'),
  use_karras_sigmas: onlyValue(false, 'flow matching is walked with evenly spaced sigmas'),
  use_exponential_sigmas: refused.use_exponential_sigmas,
  use_beta_sigmas: refused.use_beta_sigmas,
});
type Settings = z.infer<typeof Settings>;

/** The sigmas that FLUX pipelines give before the shift: from 1 to 1/steps. */
export const fluxSigmas = (steps: number): number[] => linspace(1, 1 / steps, steps);

const shifted = (shift: number, sigma: number) => (shift * sigma) / (1 + (shift - 1) * sigma);

/** More image tokens need more noise for the same loss of signal: FLUX's line through two known lengths. */
function dynamicShift(settings: Settings, imageTokens: number | undefined): number {
  if (imageTokens === undefined)
    throw new DiffusionError('request_invalid', 'This scheduler shifts by the size of the picture: imageTokens is needed');
  const { base_shift: base, max_shift: most, base_image_seq_len: short, max_image_seq_len: long } = settings;
  const mu = base + ((most - base) / (long - short)) * (imageTokens - short);
  return settings.time_shift_type === 'exponential' ? Math.exp(mu) : mu;
}

/** Without given sigmas the evenly spaced ones run between already shifted ends: Stable Diffusion 3 shifts twice. */
function unshifted(settings: Settings, { steps, sigmas }: ScheduleOptions): readonly number[] {
  const { num_train_timesteps: train, shift, use_dynamic_shifting: dynamic } = settings;
  if (sigmas === undefined) return linspace(1, dynamic ? 1 / train : shifted(shift, 1 / train), steps);
  if (sigmas.length === steps && sigmas.every((sigma) => sigma > 0 && sigma <= 1)) return sigmas;
  throw new DiffusionError('request_invalid', `sigmas must be ${steps} numbers above 0 and at most 1, one for each step`);
}

/** As diffusers counts for flow models: of n steps the first ⌊n − n · strength⌋ are left out; one always stays. */
const skippedFlowSteps = ({ steps, strength = 1 }: ScheduleOptions) => Math.min(steps - 1, Math.floor(steps - steps * strength));

/**
 * Euler steps along a rectified flow (Liu et al., 2209.03003; with the timestep shift of Esser et al., 2403.03206,
 * section 5.3.2), as diffusers' `FlowMatchEulerDiscreteScheduler` does it. Stable Diffusion 3 and FLUX name it.
 */
export function makeFlowMatchEuler(config: unknown, options: ScheduleOptions): Scheduler {
  const settings = readSettings(Settings, config, 'FlowMatchEulerDiscreteScheduler');
  assertOptions(options, settings.num_train_timesteps);
  const shift = settings.use_dynamic_shifting ? dynamicShift(settings, options.imageTokens) : settings.shift;
  const levels = unshifted(settings, options).map((sigma) => Math.fround(shifted(shift, sigma)));
  const kept = levels.slice(skippedFlowSteps(options));
  const sigmas = [...kept, 0];
  return {
    name: 'flow-match-euler',
    prediction: 'flow_prediction',
    timesteps: kept.map((sigma) => Math.fround(sigma * settings.num_train_timesteps)),
    initialNoiseScale: 1,
    needsNoise: settings.stochastic_sampling === true,
    scaleModelInput: (sample) => sample.slice(),
    step({ modelOutput, sample, index, noise }) {
      const [sigma, next] = [sigmas[index]!, sigmas[index + 1]!];
      const predicted = linear([1, sample], [-sigma, modelOutput]);
      const moved = settings.stochastic_sampling
        ? latents([1 - next, predicted], [next, noise(index + 1, sample.length)])
        : latents([1, sample], [next - sigma, modelOutput]);
      return { sample: moved, predicted: single(predicted), memory: [] };
    },
    addNoise(original, noise, index) {
      const sigma = sigmas[index] ?? 0;
      return latents([1 - sigma, original], [sigma, noise]);
    },
  };
}
