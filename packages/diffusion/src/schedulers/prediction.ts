import { linear } from './vectors.ts';
import type { Vector } from './vectors.ts';

/** What the schedulers with trained noise levels understand. */
export type DiffusionPrediction = 'epsilon' | 'v_prediction' | 'sample';

/** Latents at a noise level are `signal` · clean + `noise` · standard normal noise. */
export interface Level {
  signal: number;
  noise: number;
}

/** The level of ᾱ: both parts together keep a variance of 1. */
export const levelOfAlpha = (alphaCumprod: number): Level => ({
  signal: Math.sqrt(alphaCumprod),
  noise: Math.sqrt(1 - alphaCumprod),
});

/** The same level by σ = noise / signal. */
export function levelOfSigma(sigma: number): Level {
  const signal = 1 / Math.sqrt(sigma ** 2 + 1);
  return { signal, noise: sigma * signal };
}

/** The clean latents that a network's output stands for. A new array. */
export function predictedClean(
  prediction: DiffusionPrediction,
  { signal, noise }: Level,
  modelOutput: Vector,
  sample: Vector,
): Vector {
  switch (prediction) {
    case 'epsilon':
      return linear([1 / signal, sample], [-noise / signal, modelOutput]);
    case 'v_prediction':
      return linear([signal, sample], [-noise, modelOutput]);
    case 'sample':
      return modelOutput.slice();
  }
}

/** The noise that a network's output stands for. A new array. */
export function predictedNoise(
  prediction: DiffusionPrediction,
  { signal, noise }: Level,
  modelOutput: Vector,
  sample: Vector,
): Vector {
  switch (prediction) {
    case 'epsilon':
      return modelOutput.slice();
    case 'v_prediction':
      return linear([signal, modelOutput], [noise, sample]);
    case 'sample':
      return linear([1 / noise, sample], [-signal / noise, modelOutput]);
  }
}

/** `predictedClean` for latents on the picture's own scale: clean + σ · noise. */
export function predictedCleanAtSigma(
  prediction: DiffusionPrediction,
  sigma: number,
  modelOutput: Vector,
  sample: Vector,
): Vector {
  switch (prediction) {
    case 'epsilon':
      return linear([1, sample], [-sigma, modelOutput]);
    case 'v_prediction':
      return linear([1 / (sigma ** 2 + 1), sample], [-sigma / Math.sqrt(sigma ** 2 + 1), modelOutput]);
    case 'sample':
      return modelOutput.slice();
  }
}
