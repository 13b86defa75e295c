import { describe, expect, it } from 'vitest';
import { sampleFlow } from './sampler.ts';
import type { Denoise, FlowPlan } from './sampler.ts';

const sampling: FlowPlan['sampling'] = {
  type: 'flow',
  prediction: 'x',
  timeStart: 0,
  timeEnd: 1,
  defaultSteps: 4,
  steps: { min: 1, max: 99 },
  guidance: { default: 1, min: 1, max: 9 },
};
const plan: FlowPlan = {
  sampling,
  times: [0, 0.25, 0.5, 0.75, 1],
  guidanceScale: 1,
  latents: Float32Array.from([1, -1]),
  freshNoise: (number) => Float32Array.from([number, 10 * number]),
  tokens: BigInt64Array.from([5n]),
  againstTokens: BigInt64Array.from([2n]),
  isNegative: false,
};
const atOnce: FlowPlan = { ...plan, times: [0, 1] };
const never = new AbortController().signal;

/** Predicts the token's number everywhere, and records what it was given. */
function recordingDenoise() {
  const calls: { latents: number[]; times: number[]; tokens: bigint[] }[] = [];
  const denoise: Denoise = (latents, times, tokens) => {
    calls.push({ latents: [...latents], times: [...times], tokens: [...tokens] });
    return Promise.resolve(latents.map((_, i) => Number(tokens[Math.floor((i * tokens.length) / latents.length)])));
  };
  return { calls, denoise };
}

describe('sampleFlow', () => {
  it('moves along the straight line between the noise and the prediction', async () => {
    const { calls, denoise } = recordingDenoise();
    for await (const { predicted } of sampleFlow(denoise, plan, 1, never)) expect([...predicted]).toEqual([5, 5]);
    expect(calls.map(({ times }) => times[0])).toEqual([0, 0.25, 0.5, 0.75]);
    expect(calls.map(({ latents }) => latents)).toEqual([
      [1, -1],
      [2, 0.5],
      [3, 2],
      [4, 3.5],
    ]);
  });

  it('evaluates one prompt only without guidance, and both in one call with it', async () => {
    const { calls, denoise } = recordingDenoise();
    for await (const _ of sampleFlow(denoise, atOnce, 1, never));
    for await (const _ of sampleFlow(denoise, { ...atOnce, guidanceScale: 3 }, 1, never));
    expect(calls.map(({ tokens }) => tokens)).toEqual([[5n], [5n, 2n]]);
  });

  it('guides away from the negative prompt', async () => {
    const { denoise } = recordingDenoise();
    for await (const { predicted } of sampleFlow(denoise, { ...atOnce, guidanceScale: 3 }, 1, never)) {
      expect([...predicted]).toEqual([2 + 3 * 3, 2 + 3 * 3]);
    }
  });

  describe('with folded guidance', () => {
    const folded = { ...atOnce, sampling: { ...sampling, guidance: { ...sampling.guidance, default: 2, folded: true } } };
    const predictedBy = async (changes: Partial<FlowPlan>) => {
      const { calls, denoise } = recordingDenoise();
      const [last] = await Array.fromAsync(sampleFlow(denoise, { ...folded, ...changes }, 1, never));
      return { evaluations: calls.flatMap(({ tokens }) => tokens).length, predicted: last!.predicted[0] };
    };

    it('evaluates once a step at the default scale', async () => {
      expect(await predictedBy({ guidanceScale: 2 })).toEqual({ evaluations: 1, predicted: 5 });
    });

    it('reaches any other scale from what is folded in: none at 1, twice at 4', async () => {
      expect(await predictedBy({ guidanceScale: 1 })).toEqual({ evaluations: 2, predicted: 2 + 0.5 * 3 });
      expect(await predictedBy({ guidanceScale: 4 })).toEqual({ evaluations: 2, predicted: 2 + 2 * 3 });
    });

    it('goes on from its prediction, away from a negative prompt', async () => {
      expect(await predictedBy({ guidanceScale: 2, isNegative: true })).toEqual({ evaluations: 2, predicted: 5 + 0.5 * 3 });
    });

    it('pushes away from a negative prompt at least as the manifest says', async () => {
      const gentle = { ...folded.sampling, guidance: { ...folded.sampling.guidance, negative: 3 } };
      expect(await predictedBy({ sampling: gentle, guidanceScale: 2, isNegative: true })).toMatchObject({ predicted: 5 + 1 * 3 });
      expect(await predictedBy({ sampling: gentle, guidanceScale: 4, isNegative: true })).toMatchObject({
        predicted: 5 + 1.5 * 3,
      });
      expect(await predictedBy({ sampling: gentle, guidanceScale: 2 })).toMatchObject({ predicted: 5 });
    });
  });

  it('goes back to where it was with fresh noise where a time is followed by itself', async () => {
    const { calls, denoise } = recordingDenoise();
    for await (const _ of sampleFlow(denoise, { ...plan, times: [0.5, 0.5, 0.5, 1] }, 1, never));
    expect(calls.map(({ times, latents }) => [times[0], ...latents])).toEqual([
      [0.5, 1, -1],
      [0.5, 3, 7.5],
      [0.5, 3.5, 12.5],
    ]);
  });

  it('looks at the signal before every step', async () => {
    const abort = new AbortController();
    const { calls, denoise } = recordingDenoise();
    const drawing = (async () => {
      for await (const { step } of sampleFlow(denoise, plan, 1, abort.signal)) if (step === 2) abort.abort();
    })();
    await expect(drawing).rejects.toMatchObject({ code: 'cancelled' });
    expect(calls).toHaveLength(2);
  });

  it('leaves the noise it was given alone', async () => {
    for await (const _ of sampleFlow(recordingDenoise().denoise, plan, 1, never));
    expect([...plan.latents]).toEqual([1, -1]);
  });
});
