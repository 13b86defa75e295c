import { z } from 'zod';
import { noiseLevels, prediction, readSettings, spacing } from './config.ts';
import { noisedToAlpha } from './ddim.ts';
import { alphasCumprodOf } from './noise-levels.ts';
import { levelOfAlpha, predictedClean, predictedNoise } from './prediction.ts';
import type { DiffusionPrediction } from './prediction.ts';
import type { ScheduleOptions, Scheduler, SchedulerMemory, StepInput } from './scheduler.ts';
import { assertOptions, roundHalfEven, skippedSteps, spacedTimesteps } from './timesteps.ts';
import { latents, linear, single } from './vectors.ts';
import type { Vector } from './vectors.ts';

const Settings = z.object({
  ...noiseLevels,
  ...spacing('leading'),
  ...prediction('epsilon', 'v_prediction'),
  rescale_betas_zero_snr: z.preprocess(() => false, z.boolean()),
  set_alpha_to_one: z.boolean().default(false),
  skip_prk_steps: z
    .boolean()
    .default(false)
    .refine((skipped) => skipped, 'The Runge-Kutta steps before the linear multi-step method are not supported: only true is'),
});

/** The method repeats its second timestep: the first step is walked twice, the second time by the mean of both slopes. */
function repeated(timesteps: number[]): number[] {
  return timesteps.length < 2 ? timesteps : [timesteps[0]!, timesteps[1]!, ...timesteps.slice(1)];
}

/** Adams-Bashforth weights of the newest output and those before, by how many there are. */
const weights = [[1], [3 / 2, -1 / 2], [23 / 12, -16 / 12, 5 / 12], [55 / 24, -59 / 24, 37 / 24, -9 / 24]] as const;

interface Slope {
  output: Vector;
  from: Vector;
  memory: SchedulerMemory;
}

/** What the step goes along, from where, and what it remembers: the newest outputs first, after step 0 also the start. */
function slopeOf({ modelOutput, sample, index, memory = [] }: StepInput): Slope {
  if (index === 0) return { output: modelOutput, from: sample, memory: [modelOutput, sample] };
  const [newest, start] = memory;
  if (index === 1 && newest && start) return { output: linear([0.5, modelOutput], [0.5, newest]), from: start, memory: [newest] };
  const outputs = [modelOutput, ...memory].slice(0, 4);
  const output = linear(...outputs.map((values, age) => [weights[outputs.length - 1]![age]!, values] as const));
  return { output, from: sample, memory: outputs };
}

interface Move {
  prediction: DiffusionPrediction;
  alpha: number;
  nextAlpha: number;
}

/** Equation 9 of the paper. */
function moved({ prediction, alpha, nextAlpha }: Move, output: Vector, from: Vector): Float32Array {
  const noise = predictedNoise(prediction, levelOfAlpha(alpha), output, from);
  const divisor = alpha * Math.sqrt(1 - nextAlpha) + Math.sqrt(alpha * (1 - alpha) * nextAlpha);
  return latents([Math.sqrt(nextAlpha / alpha), from], [-(nextAlpha - alpha) / divisor, noise]);
}

/**
 * Pseudo numerical methods by linear multi-steps (Liu et al., 2202.09778), as diffusers' `PNDMScheduler` with
 * `skip_prk_steps` does it: what folders of Stable Diffusion 1.x name. It evaluates the network `steps + 1` times.
 */
export function makePndm(config: unknown, options: ScheduleOptions): Scheduler {
  const settings = readSettings(Settings, config, 'PNDMScheduler');
  assertOptions(options, settings.num_train_timesteps);
  const alphas = alphasCumprodOf(settings);
  const afterLast = settings.set_alpha_to_one ? 1 : alphas[0]!;
  const whole = repeated(spacedTimesteps(settings, options.steps).map(roundHalfEven));
  const timesteps = whole.slice(skippedSteps(options, whole.length));
  const stride = Math.floor(settings.num_train_timesteps / options.steps);
  return {
    name: 'pndm',
    prediction: settings.prediction_type,
    timesteps,
    initialNoiseScale: 1,
    needsNoise: false,
    scaleModelInput: (sample) => sample.slice(),
    step(input) {
      const timestep = timesteps[input.index]!;
      const { output, from, memory } = slopeOf(input);
      // Step 1 walks again from where step 0 began.
      const start = input.index === 1 ? timestep + stride : timestep;
      const move = {
        prediction: settings.prediction_type,
        alpha: alphas[start]!,
        nextAlpha: alphas[start - stride] ?? afterLast,
      };
      const level = levelOfAlpha(alphas[timestep]!);
      const predicted = predictedClean(settings.prediction_type, level, input.modelOutput, input.sample);
      return { sample: moved(move, output, from), predicted: single(predicted), memory };
    },
    addNoise: (original, noise, index) => noisedToAlpha(original, noise, alphas[timesteps[index] ?? Number.NaN]),
  };
}
