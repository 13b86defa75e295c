import { z } from 'zod';
import { DiffusionError } from '../failure.ts';

const nullable = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);

/** A flag or choice of which only one value is supported; `why` says what the other values would need. */
export function onlyValue(supported: string | boolean | null, why: string) {
  return z
    .unknown()
    .refine((value) => value === null || value === supported, {
      error: ({ input }) => `${JSON.stringify(input)} is not supported: ${why}`,
    })
    .optional();
}

const pixelsOnly = 'dynamic thresholding is for models that draw pixels, not latents';
const otherSigmas = 'only evenly spaced and Karras sigmas are';

/** Options of several schedulers that are refused unless they are off. */
export const refused = {
  thresholding: onlyValue(false, pixelsOnly),
  use_exponential_sigmas: onlyValue(false, otherSigmas),
  use_beta_sigmas: onlyValue(false, otherSigmas),
};

const TrainTimesteps = z.int().min(1).max(100_000).default(1000);

/** The noise levels that a network was trained with. */
export const noiseLevels = {
  num_train_timesteps: TrainTimesteps,
  beta_start: z.number().gt(0).lt(1).default(0.0001),
  beta_end: z.number().gt(0).lt(1).default(0.02),
  beta_schedule: z.enum(['linear', 'scaled_linear', 'squaredcos_cap_v2']).default('linear'),
  trained_betas: nullable(z.array(z.number().gt(0).lte(1)).min(1)),
  rescale_betas_zero_snr: z.boolean().default(false),
};
export type NoiseLevelSettings = z.infer<z.ZodObject<typeof noiseLevels>>;

/** Where the timesteps lie: table 2 of Lin et al., 2305.08891. */
export const spacing = (usual: 'linspace' | 'leading') => ({
  timestep_spacing: z.enum(['linspace', 'leading', 'trailing']).default(usual),
  steps_offset: z.int().min(0).default(0),
});
export type SpacingSettings = z.infer<z.ZodObject<ReturnType<typeof spacing>>>;

/** The predictions that a scheduler takes; `original_sample` is an old name for `sample`. */
export const prediction = <T extends 'epsilon' | 'v_prediction' | 'sample'>(...supported: T[]) => ({
  prediction_type: z
    .preprocess((value) => (value === 'original_sample' ? 'sample' : value), z.enum(supported))
    .default('epsilon' as never),
});

export const Karras = {
  use_karras_sigmas: nullable(z.boolean()),
  sigma_min: nullable(z.number().gt(0)),
  sigma_max: nullable(z.number().gt(0)),
};

/** Whether the last step goes to no noise at all, or to the lowest level of the training. */
export const finalSigma = { final_sigmas_type: z.enum(['zero', 'sigma_min']).default('zero') };

export const trainTimesteps = { num_train_timesteps: TrainTimesteps };

/**
 * The settings of a scheduler out of a diffusers configuration. Keys that the scheduler does not know belong to others
 * (a PNDM configuration names `clip_sample`), so they are left out, as diffusers does; a value that it cannot honour is
 * refused with `model_invalid`.
 */
export function readSettings<T extends z.ZodType>(schema: T, json: unknown, className: string): z.infer<T> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new DiffusionError(
    'model_invalid',
    `scheduler_config.json cannot be used for ${className}: ${z.prettifyError(parsed.error)}`,
  );
}

/**
 * Reads the text of a `scheduler_config.json`. Python writes numbers into it that JSON does not have: DPM-Solver
 * configurations hold `"lambda_min_clipped": -Infinity`, which is the default and so may be left out.
 */
export function parseSchedulerConfig(text: string): unknown {
  const standard = text.replaceAll(/("[^"\\]*"\s*:\s*)(?:-?Infinity|NaN)(?=\s*[,}])/g, '$1null');
  try {
    return JSON.parse(standard);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new DiffusionError('model_invalid', `scheduler_config.json is not JSON: ${why}`, error);
  }
}
