import { z } from 'zod';
import { DiffusionError } from '../failure.ts';
import { normalNoise } from '../noise.ts';
import { makeDdim } from './ddim.ts';
import { makeDpmpp2m } from './dpmpp-2m.ts';
import { makeEuler, makeEulerAncestral } from './euler.ts';
import { makeFlowMatchEuler } from './flow-match-euler.ts';
import { makeLcm } from './lcm.ts';
import { makePndm } from './pndm.ts';
import type { NoiseSource, ScheduleOptions, Scheduler, SchedulerName } from './scheduler.ts';

type Make = (config: unknown, options: ScheduleOptions) => Scheduler;

const byClass: Record<string, Make> = {
  DDIMScheduler: makeDdim,
  PNDMScheduler: makePndm,
  EulerDiscreteScheduler: makeEuler,
  EulerAncestralDiscreteScheduler: makeEulerAncestral,
  DPMSolverMultistepScheduler: makeDpmpp2m,
  LCMScheduler: makeLcm,
  FlowMatchEulerDiscreteScheduler: makeFlowMatchEuler,
};

/** A scheduler in place of the folder's own, and what its name says beyond the class. */
const byName: Record<SchedulerName, { make: Make; settings?: Record<string, unknown> }> = {
  ddim: { make: makeDdim },
  pndm: { make: makePndm, settings: { skip_prk_steps: true } },
  euler: { make: makeEuler },
  'euler-ancestral': { make: makeEulerAncestral },
  'dpmpp-2m': { make: makeDpmpp2m, settings: { use_karras_sigmas: false } },
  'dpmpp-2m-karras': { make: makeDpmpp2m, settings: { use_karras_sigmas: true } },
  lcm: { make: makeLcm },
  'flow-match-euler': { make: makeFlowMatchEuler },
};

const classKey = '_class_name';
const Config = z.looseObject({ [classKey]: z.string() });
const flowClass = 'FlowMatchEulerDiscreteScheduler';

/** Which schedulers can draw with a folder of this class: a flow has only its own. */
export function schedulersFor(className: string): SchedulerName[] {
  if (className === flowClass) return ['flow-match-euler'];
  const names = Object.keys(byName) as SchedulerName[];
  return names.filter((name) => name !== 'flow-match-euler');
}

function replacement(className: string, name: SchedulerName) {
  if (schedulersFor(className).includes(name)) return byName[name];
  const usable = schedulersFor(className).join(', ');
  throw new DiffusionError('request_invalid', `This model was trained for other noise than "${name}" walks: take ${usable}`);
}

/**
 * Makes a scheduler from a parsed diffusers `scheduler_config.json` (read it with `parseSchedulerConfig`).
 * Keys that are missing have the defaults of diffusers 0.35.
 * Throws `model_invalid` for a class or an option that is not supported, and `request_invalid` for options out of range.
 */
export function makeScheduler(config: unknown, options: ScheduleOptions): Scheduler {
  const parsed = Config.safeParse(config);
  if (!parsed.success)
    throw new DiffusionError('model_invalid', 'scheduler_config.json has no "_class_name", so its scheduler is not known');
  const className = parsed.data[classKey];
  const make = Object.hasOwn(byClass, className) ? byClass[className] : undefined;
  if (!make) {
    const supported = Object.keys(byClass).join(', ');
    throw new DiffusionError('model_invalid', `The scheduler ${className} is not supported. Supported are: ${supported}`);
  }
  if (options.scheduler === undefined) return make(parsed.data, options);
  const other = replacement(className, options.scheduler);
  return other.make({ ...parsed.data, ...other.settings }, options);
}

/**
 * Noise for a batch of pictures, one seed each: the same bits on every machine, and for each picture the same whether it
 * is drawn alone or beside others.
 * @param seeds whole numbers from 0 to 2⁵³−1
 */
export function seededNoise(seeds: readonly number[]): NoiseSource {
  return (stream, length) => {
    const each = length / seeds.length;
    const noise = new Float32Array(length);
    seeds.forEach((seed, row) => noise.set(normalNoise(seed, each, stream), row * each));
    return noise;
  };
}
