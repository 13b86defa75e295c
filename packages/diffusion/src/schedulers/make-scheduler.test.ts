import { describe, expect, it } from 'vitest';
import { DiffusionError } from '../failure.ts';
import { normalNoise } from '../noise.ts';
import { parseSchedulerConfig } from './config.ts';
import { fluxSigmas } from './flow-match-euler.ts';
import { makeScheduler, schedulersFor, seededNoise } from './make-scheduler.ts';
import type { ScheduleOptions } from './scheduler.ts';

const sd1 = { beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear', steps_offset: 1 };
const pndm = { _class_name: 'PNDMScheduler', ...sd1, skip_prk_steps: true };
const ddim = { _class_name: 'DDIMScheduler', ...sd1 };
const dpm = { _class_name: 'DPMSolverMultistepScheduler', ...sd1 };
const flow = { _class_name: 'FlowMatchEulerDiscreteScheduler' };
const noise = seededNoise([1]);

function failureOf(config: unknown, options: ScheduleOptions = { steps: 4 }): DiffusionError {
  try {
    makeScheduler(config, options);
  } catch (error) {
    if (error instanceof DiffusionError) return error;
    throw error;
  }
  throw new Error('Nothing was refused');
}

describe('a configuration that is not supported', () => {
  it.each([
    ['no class', {}, /"_class_name"/],
    ['an unknown class', { _class_name: 'UniPCMultistepScheduler' }, /UniPCMultistepScheduler is not supported.*DDIMScheduler/],
    ['the name of an object method', { _class_name: 'toString' }, /toString is not supported/],
    ['dynamic thresholding', { ...ddim, thresholding: true }, /thresholding/],
    ['an unknown prediction', { ...ddim, prediction_type: 'score' }, /prediction_type/],
    ['an unknown spacing', { ...ddim, timestep_spacing: 'quadratic' }, /timestep_spacing/],
    ['unknown betas', { ...ddim, beta_schedule: 'sigmoid' }, /beta_schedule/],
    ['noise out of pure noise', { ...ddim, rescale_betas_zero_snr: true }, /v_prediction/],
    ['Runge-Kutta steps', { ...pndm, skip_prk_steps: false }, /Runge-Kutta/],
    ['sample prediction where the reference has none', { ...pndm, prediction_type: 'sample' }, /prediction_type/],
    ['a third order', { ...dpm, solver_order: 3 }, /solver_order/],
    ['a stochastic solver', { ...dpm, algorithm_type: 'sde-dpmsolver++' }, /"sde-dpmsolver\+\+" is not supported/],
    ['exponential sigmas', { ...dpm, use_exponential_sigmas: true }, /use_exponential_sigmas/],
    ['a learned variance', { ...dpm, variance_type: 'learned_range' }, /variance/],
    ['continuous timesteps', { ...ddim, _class_name: 'EulerDiscreteScheduler', timestep_type: 'continuous' }, /continuous/],
    ['a stretched end', { ...flow, shift_terminal: 0.1 }, /shift_terminal/],
    ['a text for a number', { ...ddim, beta_start: 'small' }, /beta_start/],
  ])('is refused: %s', (_, config, reason) => {
    const failure = failureOf(config);
    expect(failure.code).toBe('model_invalid');
    expect(failure.message).toMatch(reason);
  });

  it('is taken when an option is named but off', () => {
    const off = { thresholding: false, use_lu_lambdas: false, use_beta_sigmas: null, trained_betas: null, variance_type: null };
    expect(makeScheduler({ ...dpm, ...off }, { steps: 4 }).name).toBe('dpmpp-2m');
  });
});

describe('options out of range', () => {
  it.each([
    [{ steps: 0 }, /steps/],
    [{ steps: 2.5 }, /steps/],
    [{ steps: 1001 }, /steps/],
    [{ steps: 4, strength: 0 }, /strength/],
    [{ steps: 4, strength: 1.01 }, /strength/],
    [{ steps: 4, strength: Number.NaN }, /strength/],
    [{ steps: 1000 }, /1000 steps begin at timestep 1000/],
    [{ steps: 4, scheduler: 'flow-match-euler' }, /take ddim/],
  ] as const)('are refused: %o', (options, reason) => {
    const failure = failureOf(ddim, options);
    expect(failure.code).toBe('request_invalid');
    expect(failure.message).toMatch(reason);
  });

  it('are refused for more steps than an LCM model was distilled to', () => {
    expect(failureOf({ _class_name: 'LCMScheduler' }, { steps: 51 }).message).toMatch(/distilled to 50 steps/);
  });

  it('are refused for a flow without what its shift needs, or with too few sigmas', () => {
    expect(failureOf({ ...flow, use_dynamic_shifting: true }).message).toMatch(/imageTokens/);
    expect(failureOf(flow, { steps: 4, sigmas: fluxSigmas(3) }).message).toMatch(/4 numbers/);
    expect(failureOf(flow, { steps: 4, scheduler: 'euler' }).message).toMatch(/take flow-match-euler/);
  });
});

describe('image-to-image', () => {
  it('walks at least one step, however low the strength', () => {
    for (const scheduler of schedulersFor('DDIMScheduler')) {
      expect(makeScheduler(ddim, { steps: 8, strength: 0.01, scheduler }).timesteps).toHaveLength(1);
    }
    expect(makeScheduler(flow, { steps: 8, strength: 0.01 }).timesteps).toHaveLength(1);
  });

  it('gives the clean latents beyond the last timestep', () => {
    const clean = normalNoise(3, 6);
    for (const scheduler of schedulersFor('DDIMScheduler')) {
      expect(makeScheduler(ddim, { steps: 3, scheduler }).addNoise(clean, noise(0, 6), 9)).toEqual(clean);
    }
    expect(makeScheduler(flow, { steps: 3 }).addNoise(clean, noise(0, 6), 3)).toEqual(clean);
  });
});

describe('a step', () => {
  it('neither changes its input nor keeps anything: the same step twice gives the same', () => {
    for (const scheduler of schedulersFor('DDIMScheduler')) {
      const made = makeScheduler(ddim, { steps: 4, scheduler });
      const [modelOutput, sample] = [normalNoise(1, 6), normalNoise(2, 6)];
      const first = made.step({ modelOutput, sample, index: 0, noise });
      const next = { modelOutput: normalNoise(5, 6), sample: first.sample, index: 1, noise, memory: first.memory };
      expect(made.step(next)).toEqual(made.step(next));
      expect([modelOutput, sample]).toEqual([normalNoise(1, 6), normalNoise(2, 6)]);
    }
  });

  it('does not take latents and outputs of two sizes', () => {
    const step = () =>
      makeScheduler(ddim, { steps: 4 }).step({ modelOutput: new Float32Array(5), sample: new Float32Array(6), index: 0, noise });
    expect(step).toThrow(/one length/);
  });
});

describe('seeded noise', () => {
  it('gives each picture of a batch what it would have alone', () => {
    const both = seededNoise([7, 8])(3, 12);
    expect(both.subarray(0, 6)).toEqual(normalNoise(7, 6, 3));
    expect(both.subarray(6)).toEqual(normalNoise(8, 6, 3));
  });

  it('differs from step to step', () => {
    expect(noise(1, 6)).not.toEqual(noise(2, 6));
  });
});

describe('parseSchedulerConfig', () => {
  it('reads the numbers that only Python writes', () => {
    const text = '{"_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -Infinity, "beta_end": 0.012}';
    expect(makeScheduler(parseSchedulerConfig(text), { steps: 4 }).timesteps).toHaveLength(4);
    expect(parseSchedulerConfig('{"a": "b: -Infinity,"}')).toEqual({ a: 'b: -Infinity,' });
  });

  it('refuses what is not JSON', () => {
    expect(() => parseSchedulerConfig('{"a": ')).toThrow(/scheduler_config.json is not JSON/);
  });
});
