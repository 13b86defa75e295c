import type { ModelManifest } from './manifest.ts';

type Sampling = ModelManifest['sampling'];

/**
 * The times of a flow from noise (0) to picture (1), evenly spaced: `steps + 1` numbers, and `start` once more for each
 * restart.
 * @param start where to begin: `timeStart`, or later when a source picture is redrawn
 * @param restarts how often to go back to the start with the first prediction in fresh noise
 */
export function flowTimes(sampling: Sampling, steps: number, start = sampling.timeStart, restarts = 0): number[] {
  const walked = Array.from({ length: steps + 1 }, (_, index) => start + ((sampling.timeEnd - start) * index) / steps);
  return [...Array<number>(restarts).fill(start), ...walked];
}

/**
 * The times of a new picture: its noise, then evenly between the two times that the model names for it. Just after the noise
 * a network may take it for another picture, and just before the end each evaluation exaggerates the one before.
 */
export function timesFromNoise(sampling: Sampling, steps: number): number[] {
  const { between, timeStart, timeEnd } = sampling;
  if (!between) return flowTimes(sampling, steps);
  const [first, last] = between;
  const share = (index: number) => (steps === 2 ? 0.5 : index / (steps - 2));
  const walked = Array.from({ length: steps - 1 }, (_, index) => first + (last - first) * share(index));
  return [timeStart, ...walked, timeEnd];
}

/**
 * The guidance scale at a time. Late guidance sharpens contours that no longer move, so models may ask for less of it.
 * When a person changes the scale, the late scale keeps its distance from 1 (no guidance) in proportion.
 */
export function guidanceAt({ guidance }: Sampling, scale: number, time: number): number {
  const { lateScale, lateFrom } = guidance;
  if (lateScale === undefined || lateFrom === undefined || time < lateFrom) return scale;
  if (guidance.default === 1) return lateScale * scale;
  return 1 + ((lateScale - 1) * (scale - 1)) / (guidance.default - 1);
}

/** Steps that redrawing takes: a strength of 0.5 walks the second half of the way. At least one. */
export function stepsForStrength(steps: number, strength: number): number {
  return Math.max(1, Math.round(steps * strength));
}

/** From this strength on the words win over a source that shows something else; below it the source stays. */
const strengthOfWords = 0.5;

/**
 * How often redrawing starts anew (as in Restart sampling, Xu et al., 2306.14878): where the words ask for something
 * else than the source shows, the first prediction is a mixture of both, and each restart forgets more of what the
 * words did not ask for. As many as the source saves steps, so that a picture takes the same evaluations as without one.
 */
export function restartsForStrength(steps: number, strength: number): number {
  return strength < strengthOfWords ? 0 : steps - stepsForStrength(steps, strength);
}
