import type { Capabilities } from '@rendermart/contract';
import { describe, expect, test } from 'vitest';
import type { ModelFacts } from './rules.ts';
import { workOf } from './rules.ts';
import { capabilities as drawing } from './testing/wishes.ts';
import { decideUpscale, isUpscaler, learnedFirst } from './upscale-rules.ts';

const enlarging: Capabilities = { ...drawing, imageToImage: null, upscale: { scales: [2, 4], maxSide: 4096, learned: true } };
const model = (facts: Partial<ModelFacts> = {}): ModelFacts => ({
  id: 'u',
  name: 'Upscaler',
  capabilities: enlarging,
  enabled: true,
  lifecycle: 'active',
  endsOn: null,
  successorId: null,
  ...facts,
});
const source = { id: '0198f000-0000-7000-8000-000000000001', prompt: 'a fox', width: 1024, height: 600 };
const now = new Date('2026-06-15T12:00:00Z');

describe('a larger copy', () => {
  test('has the size of its source times the factor, its words and nothing of a drawing', () => {
    expect(decideUpscale({ scale: 4 }, model(), source, now)).toMatchObject({
      ok: true,
      warnings: [],
      settings: {
        width: 4096,
        height: 2400,
        scale: 4,
        prompt: 'a fox',
        sourceImageId: source.id,
        count: 1,
        steps: null,
        seed: 0,
      },
    });
  });

  test.each([
    ['just too large', { scale: 4 }, model(), { ...source, width: 1025 }, 'upscale_too_large', /4100 × 2400.*at most 4096/],
    ['too high', { scale: 2 }, model(), { ...source, height: 2049 }, 'upscale_too_large', /2048 × 4098/],
    ['by another factor', { scale: 3 }, model(), source, 'setting_out_of_range', /2 or 4 times, not 3/],
    ['by a model that draws', { scale: 2 }, model({ capabilities: drawing }), source, 'model_unknown', /enlarges none/],
    ['by a model that is off', { scale: 2 }, model({ enabled: false }), source, 'model_unknown', /switched off/],
    ['by a model that has ended', { scale: 2 }, model({ endsOn: '2026-06-14' }), source, 'model_retired', /its end/],
  ])('is refused when %s', (_, input, facts, from, code, message) => {
    expect(decideUpscale(input, facts, from, now)).toMatchObject({ ok: false, code, message: expect.stringMatching(message) });
  });

  test('warns of a model that ends soon', () => {
    expect(decideUpscale({ scale: 2 }, model({ endsOn: '2026-06-20' }), source, now)).toMatchObject({
      ok: true,
      warnings: [{ code: 'model_ending' }],
    });
  });
});

test('an upscaler is told from a model that draws', () => {
  expect([model(), model({ capabilities: drawing })].map(isUpscaler)).toEqual([true, false]);
});

test('learned upscalers come first, and the rest keeps its order', () => {
  const plain: Capabilities = { ...enlarging, upscale: { scales: [2], maxSide: 64, learned: false } };
  const offered = [model({ id: 'a', capabilities: plain }), model({ id: 'b', capabilities: plain }), model({ id: 'c' })];
  expect(learnedFirst(offered).map(({ id }) => id)).toEqual(['c', 'a', 'b']);
});

test('sixteen megapixels of a larger copy are as much work as many drawings, and are queued as such', () => {
  const drawn = workOf({ width: 512, height: 512, steps: 4, count: 1, scale: null });
  expect(workOf({ width: 4096, height: 4096, steps: null, count: 1, scale: 2 })).toBe(64 * drawn);
});
