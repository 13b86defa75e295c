import type { ModelManifest } from './manifest.ts';

type Sampling = ModelManifest['sampling'];

/**
 * The times of a flow from noise (0) to picture (1), evenly spaced: `steps + 1` numbers.
 * @param start where to begin: `timeStart`, or later when a source picture is redrawn
 */
export function flowTimes(sampling: Sampling, steps: number, start = sampling.timeStart): number[] {
  return Array.from({ length: steps + 1 }, (_, index) => start + ((sampling.timeEnd - start) * index) / steps);
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
