import { DiffusionError } from './failure.ts';
import type { ModelManifest } from './manifest.ts';
import { flowTimes, guidanceAt } from './schedule.ts';

/** One evaluation of a denoising network on `times.length` rows: the clean latents that it predicts. */
export type Denoise = (latents: Float32Array, times: Float32Array, tokens: BigInt64Array) => Promise<Float32Array>;

/** What to draw. Rows of `latents` and `tokens` are pictures, one after another. */
export interface FlowPlan {
  sampling: ModelManifest['sampling'];
  steps: number;
  guidanceScale: number;
  /** Where on the way to begin; the latents are then already mixed with a source picture. */
  startTime: number;
  latents: Float32Array;
  tokens: BigInt64Array;
  /** The unconditional or negative prompt of each picture. */
  againstTokens: BigInt64Array;
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

/** Classifier-free guidance (Ho & Salimans, 2207.12598): both prompts in one call, then away from the second. */
async function predict({ denoise, plan, count }: Guided, latents: Float32Array, time: number): Promise<Float32Array> {
  const scale = guidanceAt(plan.sampling, plan.guidanceScale, time);
  if (scale === 1) return denoise(latents, new Float32Array(count).fill(time), plan.tokens);
  const doubled = new Float32Array(latents.length * 2);
  doubled.set(latents);
  doubled.set(latents, latents.length);
  const tokens = concatenated(plan.tokens, plan.againstTokens);
  const both = await denoise(doubled, new Float32Array(count * 2).fill(time), tokens);
  const guided = new Float32Array(latents.length);
  for (let i = 0; i < guided.length; i++) {
    const against = both[latents.length + i]!;
    guided[i] = against + scale * (both[i]! - against);
  }
  return guided;
}

/** Moves latents along the straight flow z = t·x + (1−t)·noise towards a prediction x, in place. */
function advance(latents: Float32Array, predicted: Float32Array, time: number, nextTime: number): void {
  const share = (nextTime - time) / (1 - time);
  for (let i = 0; i < latents.length; i++) latents[i]! += share * (predicted[i]! - latents[i]!);
}

/**
 * Draws by Euler steps along a rectified flow with x-prediction (Liu et al., 2209.03003). Yields after every step, and
 * looks at `signal` before each: an aborted one throws `cancelled`.
 */
export async function* sampleFlow(
  denoise: Denoise,
  plan: FlowPlan,
  count: number,
  signal: AbortSignal,
): AsyncGenerator<FlowStep> {
  const times = flowTimes(plan.sampling, plan.steps, plan.startTime);
  const latents = plan.latents.slice();
  for (let step = 1; step <= plan.steps; step++) {
    if (signal.aborted) throw new DiffusionError('cancelled', 'The drawing was cancelled');
    const time = times[step - 1]!;
    const predicted = await predict({ denoise, plan, count }, latents, time);
    if (step < plan.steps) advance(latents, predicted, time, times[step]!);
    yield { step, steps: plan.steps, predicted };
  }
}
