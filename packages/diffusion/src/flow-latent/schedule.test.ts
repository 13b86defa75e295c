import { describe, expect, it } from 'vitest';
import { flowTimes, guidanceAt, restartsForStrength, stepsForStrength, timesFromNoise } from './schedule.ts';

const sampling = {
  type: 'flow',
  prediction: 'x',
  timeStart: 0,
  timeEnd: 1,
  defaultSteps: 4,
  steps: { min: 1, max: 8 },
  guidance: { default: 2.5, min: 1, max: 6, lateScale: 1.45, lateFrom: 0.6 },
} as const;

it('walks evenly from noise to picture', () => {
  expect(flowTimes(sampling, 4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(flowTimes(sampling, 2, 0.5)).toEqual([0.5, 0.75, 1]);
  expect(flowTimes(sampling, 2, 0.5, 2)).toEqual([0.5, 0.5, 0.5, 0.75, 1]);
});

it.each([
  [1, [0, 1]],
  [2, [0, 0.5, 1]],
  [3, [0, 0.25, 0.75, 1]],
  [4, [0, 0.25, 0.5, 0.75, 1]],
  [6, [0, 0.25, 0.375, 0.5, 0.625, 0.75, 1]],
])('walks to a new picture in %d steps where its model names times', (steps, times) => {
  expect(timesFromNoise({ ...sampling, between: [0.25, 0.75] }, steps)).toEqual(times);
  expect(timesFromNoise(sampling, steps)).toEqual(flowTimes(sampling, steps));
});

describe('guidanceAt', () => {
  it.each([
    [2.5, 0, 2.5],
    [2.5, 0.59, 2.5],
    [2.5, 0.6, 1.45],
    [1, 0.9, 1],
    [4, 0.9, 1.9],
  ])('scale %d at time %d is %d', (scale, time, expected) => expect(guidanceAt(sampling, scale, time)).toBeCloseTo(expected, 10));

  it('is constant for models without a late scale', () => {
    const guidance = { default: 3, min: 1, max: 6 };
    expect(guidanceAt({ ...sampling, guidance }, 2, 0.9)).toBe(2);
  });
});

it.each([
  [16, 1, 16],
  [16, 0.5, 8],
  [16, 0.01, 1],
  [1, 0.3, 1],
])('%d steps at strength %d are %d', (steps, strength, expected) => {
  expect(stepsForStrength(steps, strength)).toBe(expected);
});

it.each([
  [4, 1, 0],
  [4, 0.75, 1],
  [4, 0.6, 2],
  [4, 0.5, 2],
  [4, 0.49, 0],
  [1, 0.5, 0],
])('%d steps at strength %d start anew %d times', (steps, strength, expected) => {
  expect(restartsForStrength(steps, strength)).toBe(expected);
});
