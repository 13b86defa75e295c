import { z } from 'zod';
import { finalSigma, Karras, noiseLevels, onlyValue, prediction, readSettings, refused, spacing } from './config.ts';
import type { NoiseLevelSettings, SpacingSettings } from './config.ts';
import { interpolated, karrasSigmas, sigmasOf, timestepOfSigma } from './noise-levels.ts';
import { predictedCleanAtSigma } from './prediction.ts';
import type { DiffusionPrediction } from './prediction.ts';
import type { ScheduleOptions, Scheduler, SchedulerName, StepInput } from './scheduler.ts';
import { assertOptions, skippedSteps, spacedTimesteps } from './timesteps.ts';
import { latents, single } from './vectors.ts';

const common = { ...noiseLevels, ...spacing('linspace') };
const Settings = z.object({
  ...common,
  ...prediction('epsilon', 'v_prediction', 'sample'),
  ...finalSigma,
  ...Karras,
  use_exponential_sigmas: refused.use_exponential_sigmas,
  use_beta_sigmas: refused.use_beta_sigmas,
  interpolation_type: onlyValue('linear', 'only "linear" is'),
  timestep_type: onlyValue('discrete', 'the continuous timesteps of EDM models are not'),
});
const AncestralSettings = z.object({ ...common, ...prediction('epsilon', 'v_prediction') });

interface SigmaSchedule {
  timesteps: number[];
  /** One more than timesteps: the level after the last. */
  sigmas: number[];
}

type EulerSettings = NoiseLevelSettings &
  SpacingSettings &
  Partial<Pick<z.infer<typeof Settings>, 'final_sigmas_type' | 'use_karras_sigmas' | 'sigma_min' | 'sigma_max'>>;

function scheduleOf(settings: EulerSettings, steps: number): SigmaSchedule {
  const trained = sigmasOf(settings);
  const last = settings.final_sigmas_type === 'sigma_min' ? trained[0]! : 0;
  const timesteps = spacedTimesteps(settings, steps).map(Math.fround);
  const sigmas = timesteps.map((timestep) => interpolated(trained, timestep));
  const rounded = (levels: number[]) => [...levels, last].map(Math.fround);
  if (!settings.use_karras_sigmas) return { timesteps, sigmas: rounded(sigmas) };
  const karras = karrasSigmas(settings.sigma_max ?? sigmas[0]!, settings.sigma_min ?? sigmas.at(-1)!, steps);
  return { timesteps: karras.map((sigma) => Math.fround(timestepOfSigma(sigma, trained))), sigmas: rounded(karras) };
}

/** What both Euler schedulers are but for the step. */
function sigmaScheduler(
  name: SchedulerName,
  settings: EulerSettings & { prediction_type: DiffusionPrediction },
  options: ScheduleOptions,
) {
  assertOptions(options, settings.num_train_timesteps);
  const whole = scheduleOf(settings, options.steps);
  const highest = Math.max(...whole.sigmas);
  const skipped = skippedSteps(options, whole.timesteps.length);
  const timesteps = whole.timesteps.slice(skipped);
  const sigmas = whole.sigmas.slice(skipped);
  const scheduler: Omit<Scheduler, 'step' | 'needsNoise'> = {
    name,
    prediction: settings.prediction_type,
    timesteps,
    // The leading spacing does not begin at the highest level, so its latents begin with the picture's variance too.
    initialNoiseScale: settings.timestep_spacing === 'leading' ? Math.sqrt(highest ** 2 + 1) : highest,
    scaleModelInput: (sample, index) => latents([1 / Math.sqrt(sigmas[index]! ** 2 + 1), sample]),
    addNoise: (original, noise, index) => latents([1, original], [index < timesteps.length ? sigmas[index]! : 0, noise]),
  };
  return { sigmas, scheduler };
}

/**
 * Euler steps along the probability flow (Karras et al., 2206.00364, algorithm 2 without churn), as diffusers'
 * `EulerDiscreteScheduler` does it. SD-Turbo and SDXL name it.
 */
export function makeEuler(config: unknown, options: ScheduleOptions): Scheduler {
  const settings = readSettings(Settings, config, 'EulerDiscreteScheduler');
  const { sigmas, scheduler } = sigmaScheduler('euler', settings, options);
  return {
    ...scheduler,
    needsNoise: false,
    step({ modelOutput, sample, index }) {
      const sigma = sigmas[index]!;
      const predicted = predictedCleanAtSigma(settings.prediction_type, sigma, modelOutput, sample);
      const share = sigmas[index + 1]! / sigma;
      return { sample: latents([share, sample], [1 - share, predicted]), predicted: single(predicted), memory: [] };
    },
  };
}

/** How far an ancestral step goes down, and how much fresh noise brings it up to the next level. */
function ancestralLevels(sigma: number, next: number): { down: number; up: number } {
  const up = Math.sqrt((next ** 2 * (sigma ** 2 - next ** 2)) / sigma ** 2);
  return { down: Math.sqrt(next ** 2 - up ** 2), up };
}

/**
 * Ancestral sampling with Euler steps (k-diffusion, `sample_euler_ancestral`; the noise of Song et al., 2011.13456), as
 * diffusers' `EulerAncestralDiscreteScheduler` does it. SDXL-Turbo names it.
 */
export function makeEulerAncestral(config: unknown, options: ScheduleOptions): Scheduler {
  const settings = readSettings(AncestralSettings, config, 'EulerAncestralDiscreteScheduler');
  const { sigmas, scheduler } = sigmaScheduler('euler-ancestral', settings, options);
  return {
    ...scheduler,
    needsNoise: true,
    step({ modelOutput, sample, index, noise }: StepInput) {
      const sigma = sigmas[index]!;
      const { down, up } = ancestralLevels(sigma, sigmas[index + 1]!);
      const predicted = predictedCleanAtSigma(settings.prediction_type, sigma, modelOutput, sample);
      const share = down / sigma;
      const moved = latents([share, sample], [1 - share, predicted], [up, noise(index + 1, sample.length)]);
      return { sample: moved, predicted: single(predicted), memory: [] };
    },
  };
}
