import { z } from 'zod';
import { finalSigma, Karras, noiseLevels, onlyValue, prediction, readSettings, refused, spacing } from './config.ts';
import { interpolated, karrasSigmas, linspace, sigmasOf, timestepOfSigma } from './noise-levels.ts';
import { levelOfSigma, predictedClean } from './prediction.ts';
import type { ScheduleOptions, Scheduler } from './scheduler.ts';
import { assertOptions, roundHalfEven, skippedSteps, trailing } from './timesteps.ts';
import { latents, single } from './vectors.ts';

const Settings = z.object({
  ...noiseLevels,
  ...spacing('linspace'),
  ...prediction('epsilon', 'v_prediction', 'sample'),
  ...finalSigma,
  use_karras_sigmas: Karras.use_karras_sigmas,
  ...refused,
  solver_order: z.union([z.literal(1), z.literal(2)], 'orders 1 and 2 are supported').default(2),
  // Other solvers' names, which diffusers reads as "midpoint" so that configurations can be exchanged.
  solver_type: z.enum(['midpoint', 'heun', 'logrho', 'bh1', 'bh2']).default('midpoint'),
  algorithm_type: onlyValue('dpmsolver++', 'only "dpmsolver++" is; take it, or the Euler scheduler'),
  lower_order_final: z.boolean().default(true),
  euler_at_final: z.boolean().default(false),
  lambda_min_clipped: z.number().nullish(),
  variance_type: onlyValue(null, 'networks that predict a variance are not'),
  use_lu_lambdas: onlyValue(false, 'only evenly spaced and Karras sigmas are'),
  use_flow_sigmas: onlyValue(false, 'flow matching has the scheduler FlowMatchEulerDiscreteScheduler'),
});
type Settings = z.infer<typeof Settings>;

/** How many timesteps stay when levels whose log-SNR half lies below `lambda_min_clipped` are left out. */
function usableTimesteps({ lambda_min_clipped: lowest }: Settings, sigmas: readonly number[]): number {
  return typeof lowest === 'number' ? sigmas.filter((sigma) => -Math.log(sigma) >= lowest).length : sigmas.length;
}

/** One timestep more than steps is spaced, and the last left out: the final level stands in its place. */
function timestepsOf(settings: Settings, steps: number, sigmas: readonly number[]): number[] {
  const last = usableTimesteps(settings, sigmas);
  switch (settings.timestep_spacing) {
    case 'linspace':
      return linspace(0, last - 1, steps + 1)
        .toReversed()
        .slice(0, -1)
        .map(roundHalfEven);
    case 'leading': {
      const ratio = Math.floor(last / (steps + 1));
      return Array.from({ length: steps }, (_, i) => (steps - i) * ratio + settings.steps_offset);
    }
    case 'trailing':
      return trailing(last, settings.num_train_timesteps, steps);
  }
}

function scheduleOf(settings: Settings, steps: number) {
  const trained = sigmasOf(settings);
  const final = settings.final_sigmas_type === 'sigma_min' ? trained[0]! : 0;
  const rounded = (sigmas: number[]) => [...sigmas, final].map(Math.fround);
  if (!settings.use_karras_sigmas) {
    const timesteps = timestepsOf(settings, steps, trained);
    return { timesteps, sigmas: rounded(timesteps.map((timestep) => interpolated(trained, timestep))) };
  }
  const sigmas = karrasSigmas(trained.at(-1)!, trained[0]!, steps);
  const exact = sigmas.map((sigma) => timestepOfSigma(sigma, trained));
  // The cosine schedule is too steep at its end for rounding, says the reference; the network takes whole ones anyway.
  const whole = settings.beta_schedule === 'squaredcos_cap_v2' ? Math.floor : roundHalfEven;
  return { timesteps: exact.map(whole), sigmas: rounded(sigmas) };
}

/** λ: half of the logarithm of the signal-to-noise ratio. */
const lambdaOf = (sigma: number) => -Math.log(sigma);

interface Coefficients {
  sample: number;
  newest: number;
  before: number;
}

/** Equations of DPM-Solver++ (2M): one step from the level `from` to `to`, with the output at the level `before`. */
function coefficientsOf(solver: Settings['solver_type'], to: number, from: number, before?: number): Coefficients {
  const [target, start] = [levelOfSigma(to), levelOfSigma(from)];
  const h = lambdaOf(to) - lambdaOf(from);
  const change = target.signal * Math.expm1(-h);
  const sample = target.noise / start.noise;
  if (before === undefined) return { sample, newest: -change, before: 0 };
  const ratio = (lambdaOf(from) - lambdaOf(before)) / h;
  const slope = solver === 'heun' ? target.signal * (Math.expm1(-h) / h + 1) : -0.5 * change;
  return { sample, newest: -change + slope / ratio, before: -slope / ratio };
}

/** Whether a step is walked without the output before, which steadies the end of short schedules. */
function isFirstOrder(settings: Settings, step: number, steps: number): boolean {
  const { euler_at_final: euler, lower_order_final: lower, final_sigmas_type: final } = settings;
  return step === steps - 1 && (euler || (lower && steps < 15) || final === 'zero');
}

/**
 * DPM-Solver++ of second order with multi-steps (Lu et al., 2211.01095), with evenly spaced or Karras sigmas, as
 * diffusers' `DPMSolverMultistepScheduler` does it.
 */
export function makeDpmpp2m(config: unknown, options: ScheduleOptions): Scheduler {
  const settings = readSettings(Settings, config, 'DPMSolverMultistepScheduler');
  assertOptions(options, settings.num_train_timesteps);
  const { timesteps: whole, sigmas } = scheduleOf(settings, options.steps);
  const skipped = skippedSteps(options, whole.length);
  const timesteps = whole.slice(skipped);
  return {
    name: settings.use_karras_sigmas ? 'dpmpp-2m-karras' : 'dpmpp-2m',
    prediction: settings.prediction_type,
    timesteps,
    initialNoiseScale: 1,
    needsNoise: false,
    scaleModelInput: (sample) => sample.slice(),
    step({ modelOutput, sample, index, memory = [] }) {
      const at = skipped + index;
      const level = levelOfSigma(sigmas[at]!);
      const predicted = predictedClean(settings.prediction_type, level, modelOutput, sample);
      const [previous] = memory;
      const firstOrder = settings.solver_order === 1 || !previous || isFirstOrder(settings, at, whole.length);
      const factors = coefficientsOf(
        settings.solver_type,
        sigmas[at + 1]!,
        sigmas[at]!,
        firstOrder ? undefined : sigmas[at - 1]!,
      );
      const moved = latents([factors.sample, sample], [factors.newest, predicted], [factors.before, previous ?? predicted]);
      return { sample: moved, predicted: single(predicted), memory: [predicted] };
    },
    addNoise(original, noise, index) {
      const level = levelOfSigma(index < timesteps.length ? sigmas[skipped + index]! : 0);
      return latents([level.signal, original], [level.noise, noise]);
    },
  };
}
