import { DiffusionError } from '../failure.ts';
import type { ModelManifest } from './manifest.ts';
import { guidanceAt } from './schedule.ts';

/** One evaluation of a denoising network on `times.length` rows: the clean latents that it predicts. */
export type Denoise = (latents: Float32Array, times: Float32Array, tokens: BigInt64Array) => Promise<Float32Array>;

/** What to draw. Rows of `latents` and `tokens` are pictures, one after another. */
export interface FlowPlan {
  sampling: ModelManifest['sampling'];
  /** Where each evaluation stands on the way, and the end. Where a time is followed by itself, the prediction is noised again. */
  times: readonly number[];
  guidanceScale: number;
  /** Noise, already mixed with a source picture where there is one. */
  latents: Float32Array;
  /** Fresh noise in the shape of `latents`, another for each number from 1 on. */
  freshNoise(number: number): Float32Array;
  tokens: BigInt64Array;
  /** The unconditional or negative prompt of each picture. */
  againstTokens: BigInt64Array;
  /** Whether `againstTokens` holds a negative prompt. */
  isNegative: boolean;
}

/** After a step: what the finished latents look like from here. At the last step they are the result. */
export interface FlowStep {
  step: number;
  steps: number;
  predicted: Float32Array;
}

interface Guided {
  denoise: Denoise;
  plan: FlowPlan;
  count: number;
}

function concatenated(first: BigInt64Array, second: BigInt64Array): BigInt64Array {
  const both = new BigInt64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/**
 * How far to go from the two predictions of a step: `base`, plus `away` times what the prompt's says more than the other's.
 * Undefined: the prompt's prediction alone is the answer, and the other one need not be computed.
 *
 * Without folding this is classifier-free guidance (Ho & Salimans, 2207.12598): n + s (c − n). A network with folded
 * guidance predicts c' = u + g (c − u) by itself, g being the default scale and u the prediction without words. Another
 * scale s is then u + s/g (c' − u), and since c' − n' = g (c − n), a negative prompt pushes c' on by (s − 1)/g (c' − n').
 */
function guidanceOf({ sampling, guidanceScale, isNegative }: FlowPlan, time: number) {
  const asked = isNegative ? Math.max(guidanceScale, sampling.guidance.negative ?? guidanceScale) : guidanceScale;
  const scale = guidanceAt(sampling, asked, time);
  if (!sampling.guidance.folded) return scale === 1 ? undefined : ({ base: 'against', away: scale } as const);
  const folded = guidanceAt(sampling, sampling.guidance.default, time);
  if (isNegative) return { base: 'prompt', away: (scale - 1) / folded } as const;
  return scale === folded ? undefined : ({ base: 'against', away: scale / folded } as const);
}

/** One guided prediction. Both prompts, where both are needed, go through the network in one call. */
async function predict({ denoise, plan, count }: Guided, latents: Float32Array, time: number): Promise<Float32Array> {
  const guidance = guidanceOf(plan, time);
  if (guidance === undefined) return denoise(latents, new Float32Array(count).fill(time), plan.tokens);
  const doubled = new Float32Array(latents.length * 2);
  doubled.set(latents);
  doubled.set(latents, latents.length);
  const tokens = concatenated(plan.tokens, plan.againstTokens);
  const both = await denoise(doubled, new Float32Array(count * 2).fill(time), tokens);
  const guided = new Float32Array(latents.length);
  for (let i = 0; i < guided.length; i++) {
    const [prompt, against] = [both[i]!, both[latents.length + i]!];
    guided[i] = (guidance.base === 'prompt' ? prompt : against) + guidance.away * (prompt - against);
  }
  return guided;
}

/** Moves latents by a share of the way towards others, in place. */
function moveTowards(latents: Float32Array, goal: Float32Array, share: number): void {
  for (let i = 0; i < latents.length; i++) latents[i]! += share * (goal[i]! - latents[i]!);
}

/**
 * Draws by Euler steps along a rectified flow z = t·x + (1−t)·noise with x-prediction (Liu et al., 2209.03003), or back
 * to where a time is followed by itself. Yields after every step, and looks at `signal` before each: an aborted one throws
 * `cancelled`.
 */
export async function* sampleFlow(
  denoise: Denoise,
  plan: FlowPlan,
  count: number,
  signal: AbortSignal,
): AsyncGenerator<FlowStep> {
  const { times } = plan;
  const steps = times.length - 1;
  let latents: Float32Array = plan.latents.slice();
  for (let step = 1; step <= steps; step++) {
    if (signal.aborted) throw new DiffusionError('cancelled', 'The drawing was cancelled');
    const [time, nextTime] = [times[step - 1]!, times[step]!];
    const predicted = await predict({ denoise, plan, count }, latents, time);
    if (nextTime === time) {
      latents = plan.freshNoise(step);
      moveTowards(latents, predicted, time);
    } else if (step < steps) moveTowards(latents, predicted, (nextTime - time) / (1 - time));
    yield { step, steps, predicted };
  }
}
