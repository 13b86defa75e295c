import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { fluxSigmas } from './flow-match-euler.ts';
import { makeScheduler, seededNoise } from './make-scheduler.ts';
import type { ScheduleOptions, Scheduler, SchedulerMemory } from './scheduler.ts';

/** A walk of diffusers' own scheduler, its equations in double precision; `reference/schedulers.py` says how and why. */
interface Trajectory {
  name: string;
  config: { _class_name: string } & Record<string, unknown>;
  options: ScheduleOptions & { flux?: boolean };
  timesteps: number[];
  initialNoiseScale: number;
  start: number[];
  samples: number[][];
  /** Empty where the reference does not tell. */
  predicted: number[][];
}

const recorded = new URL('../../test/schedulers/trajectories.json', import.meta.url);
const { cases, seed } = JSON.parse(await readFile(recorded, 'utf8')) as { cases: Trajectory[]; seed: number };
const noise = seededNoise([seed]);
const length = 8;

/** The network of the reference script: computed in double precision, handed over as float32. */
const network = (seen: Float32Array, timestep: number) => seen.map((x) => 0.7 * x + 0.25 * Math.sin(2 * x + timestep / 250));

function makeRecorded({ config, options: { flux, ...options } }: Trajectory): Scheduler {
  return makeScheduler(config, flux ? { ...options, sigmas: fluxSigmas(options.steps) } : options);
}

function startOf(scheduler: Scheduler, { options }: Trajectory): Float32Array {
  if (options.strength === undefined) return noise(0, length).map((value) => value * scheduler.initialNoiseScale);
  return scheduler.addNoise(
    Float32Array.from({ length }, (_, i) => Math.cos(i)),
    noise(0, length),
    0,
  );
}

function walk(scheduler: Scheduler, start: Float32Array) {
  let sample = start;
  let memory: SchedulerMemory | undefined;
  return scheduler.timesteps.map((timestep, index) => {
    const modelOutput = network(scheduler.scaleModelInput(sample, index), timestep);
    const step = scheduler.step({ modelOutput, sample, index, noise, ...(memory && { memory }) });
    ({ sample, memory } = step);
    return step;
  });
}

/** The largest difference, whatever the size of the numbers. */
const difference = (found: Iterable<number>, expected: number[]) =>
  Math.max(...[...found].map((value, i) => Math.abs(value - expected[i]!)));

describe('the trajectory of diffusers', () => {
  it.each(cases.map((trajectory) => [trajectory.name, trajectory] as const))('%s', (_, trajectory) => {
    const scheduler = makeRecorded(trajectory);
    expect(scheduler.timesteps).toHaveLength(trajectory.timesteps.length);
    expect(difference(scheduler.timesteps, trajectory.timesteps)).toBeLessThanOrEqual(1e-4);
    const { initialNoiseScale } = trajectory;
    expect(difference([scheduler.initialNoiseScale / initialNoiseScale], [1])).toBeLessThanOrEqual(1e-6);
    const start = startOf(scheduler, trajectory);
    expect(difference(start, trajectory.start)).toBeLessThanOrEqual(1e-4);
    const steps = walk(scheduler, start);
    trajectory.samples.forEach((sample, i) => expect(difference(steps[i]!.sample, sample)).toBeLessThanOrEqual(1e-4));
    trajectory.predicted.forEach((clean, i) => expect(difference(steps[i]!.predicted, clean)).toBeLessThanOrEqual(1e-4));
  });
});
