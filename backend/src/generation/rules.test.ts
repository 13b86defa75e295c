import { type Capabilities, GenerationInput } from '@rendermart/contract';
import { describe, expect, test } from 'vitest';
import {
  type ModelFacts,
  decideSettings,
  isOffered,
  nearestSizes,
  refusePrice,
  seedOf,
  splitIntoCalls,
  workOf,
} from './rules.ts';

const rich: Capabilities = {
  size: { kind: 'range', min: 64, max: 1024, step: 64, maxPixels: 786_432, default: { width: 512, height: 512 } },
  steps: { min: 1, max: 50, default: 20 },
  guidanceScale: { min: 1, max: 15, default: 7 },
  negativePrompt: true,
  seed: true,
  imageToImage: { min: 0.1, max: 0.9, default: 0.6 },
  transparentBackground: true,
  imagesPerCall: 4,
  promptMaxLength: 100,
  progress: true,
  preview: true,
  cancel: 'step',
  vocabulary: false,
};
const poor: Capabilities = {
  ...rich,
  size: {
    kind: 'list',
    options: [
      { width: 256, height: 256 },
      { width: 256, height: 384 },
      { width: 1024, height: 1024 },
    ],
  },
  steps: null,
  guidanceScale: null,
  negativePrompt: false,
  seed: false,
  imageToImage: null,
  transparentBackground: false,
};
const model = (capabilities: Capabilities, facts: Partial<ModelFacts> = {}): ModelFacts => ({
  id: 'm',
  name: 'Model',
  capabilities,
  enabled: true,
  lifecycle: 'active',
  endsOn: null,
  successorId: null,
  ...facts,
});
const now = new Date('2026-06-15T12:00:00Z');
const source = '0198f000-0000-7000-8000-000000000001';
const mask = '0198f000-0000-7000-8000-000000000002';
const decide = (input: object, facts: ModelFacts) =>
  decideSettings(GenerationInput.parse({ prompt: 'a fox', ...input }), facts, 77, now);

describe('what is drawn', () => {
  test.each([
    [
      'everything absent',
      {},
      { width: 512, height: 512, steps: 20, guidanceScale: 7, seed: 77, count: 1, background: null, denoisingStrength: null },
    ],
    ['seed 0 is a seed', { seed: 0 }, { seed: 0 }],
    ['the largest seed', { seed: 4_294_967_295 }, { seed: 4_294_967_295 }],
    ['one side only', { width: 768 }, { width: 768, height: 512 }],
    ['a source without strength', { sourceImageId: source }, { sourceImageId: source, denoisingStrength: 0.6 }],
    ['edges of the ranges', { steps: 50, guidanceScale: 1 }, { steps: 50, guidanceScale: 1 }],
  ])('%s', (_name, input, settings) => {
    expect(decide(input, model(rich))).toMatchObject({ ok: true, warnings: [], settings });
  });

  test('a mask belongs to its source image, for models that draw parts anew', () => {
    const wish = { sourceImageId: source, maskId: mask };
    expect(decide(wish, model({ ...rich, inpainting: true }))).toMatchObject({ ok: true, warnings: [], settings: wish });
    expect(decide({ sourceImageId: source }, model(rich))).toMatchObject({ settings: { maskId: null } });
  });

  test('what the model cannot honour is dropped, each with a warning that names it', () => {
    const given = {
      negativePrompt: 'dogs',
      steps: 9,
      guidanceScale: 3,
      seed: 5,
      background: 'transparent',
      denoisingStrength: 0.5,
    };
    const decision = decide(given, model(poor));
    expect(decision).toMatchObject({
      ok: true,
      settings: {
        negativePrompt: '',
        steps: null,
        guidanceScale: null,
        seed: 77,
        background: null,
        denoisingStrength: null,
        width: 256,
        height: 256,
      },
    });
    expect(decision.ok && decision.warnings.map((warning) => [warning.code, warning.setting])).toEqual(
      Object.keys(given).map((setting) => ['setting_ignored', setting]),
    );
  });

  test('a strength without a source image is dropped with a warning', () => {
    expect(decide({ denoisingStrength: 0.5 }, model(rich))).toMatchObject({
      ok: true,
      warnings: [{ setting: 'denoisingStrength' }],
      settings: { denoisingStrength: null },
    });
  });
});

test.each([
  [6n, '6', undefined],
  [0n, '0', undefined],
  [6n, undefined, undefined],
  [300n, '3', 'price_moved'],
  [3n, '300', 'price_moved'],
  [3n, '0', 'price_moved'],
])('a price of %s where %s was shown', (price, shown, code) => {
  expect(refusePrice(price, shown)?.code).toBe(code);
});

describe('what is refused', () => {
  test.each([
    ['too many steps', rich, { steps: 51 }, 'setting_out_of_range', 'steps', 'takes 1 to 50'],
    ['too little guidance', rich, { guidanceScale: 0.5 }, 'setting_out_of_range', 'guidanceScale', 'takes 1 to 15'],
    [
      'too strong',
      rich,
      { sourceImageId: source, denoisingStrength: 0.95 },
      'setting_out_of_range',
      'denoisingStrength',
      '0.1 to 0.9',
    ],
    ['an over-long prompt', rich, { prompt: 'x'.repeat(101) }, 'setting_out_of_range', 'prompt', 'at most 100'],
    [
      'an over-long negative prompt',
      rich,
      { negativePrompt: 'x'.repeat(101) },
      'setting_out_of_range',
      'negativePrompt',
      'at most 100',
    ],
    ['a side off the grid', rich, { width: 500, height: 512 }, 'size_not_supported', 'width', '512 × 512'],
    ['a side too small', rich, { height: 8 }, 'size_not_supported', 'height', '512 × 64'],
    ['too many pixels', rich, { width: 1024, height: 1024 }, 'size_not_supported', 'width', '832 × 832'],
    ['a size not in the list', poor, { width: 256, height: 320 }, 'size_not_supported', 'width', '256 × 384, 256 × 256'],
    [
      'a source for a text model',
      poor,
      { sourceImageId: source },
      'source_image_unsupported',
      'sourceImageId',
      'only draws from text',
    ],
    [
      'a mask for a model that draws whole images',
      rich,
      { sourceImageId: source, maskId: source },
      'mask_unsupported',
      'maskId',
      'whole images only',
    ],
    [
      'a mask without its image',
      { ...rich, inpainting: true },
      { maskId: source },
      'mask_without_source',
      'maskId',
      'Name the image',
    ],
  ])('%s', (_name, capabilities, input, code, field, part) => {
    const decision = decide(input, model(capabilities));
    expect(decision).toMatchObject({ ok: false, code, field });
    expect(!decision.ok && decision.message).toContain(part);
  });
});

describe('the life of a model', () => {
  test.each([
    ['active', {}, true, []],
    ['switched off', { enabled: false }, 'model_unknown', []],
    ['deprecated', { lifecycle: 'deprecated' as const }, true, ['model_ending']],
    ['ends in a year', { endsOn: '2027-06-15' }, true, []],
    ['ends soon', { endsOn: '2026-07-01' }, true, ['model_ending']],
    ['its last day', { endsOn: '2026-06-15' }, true, ['model_ending']],
    ['the day after', { endsOn: '2026-06-14', successorId: 'next' }, 'model_retired', []],
    ['retired', { lifecycle: 'retired' as const, successorId: 'next' }, 'model_retired', []],
  ])('%s', (_name, facts, outcome, warnings) => {
    const decision = decide({}, model(rich, facts));
    expect(decision.ok || decision.code).toBe(outcome);
    expect(isOffered(model(rich, facts), now)).toBe(outcome === true);
    if (decision.ok) expect(decision.warnings.map((warning) => warning.code)).toEqual(warnings);
    else if (outcome === 'model_retired') expect(decision.message).toContain('next');
  });
});

test.each([
  [0, 7, 7],
  [4_294_967_295, 0, 4_294_967_295],
  [4_294_967_295, 1, 0],
  [4_294_967_290, 7, 1],
])('seed %d, image %d → %d', (seed, index, expected) => expect(seedOf(seed, index)).toBe(expected));

test.each([
  [1, [], 4, [[0]]],
  [
    8,
    [],
    4,
    [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ],
  ],
  [5, [], 2, [[0, 1], [2, 3], [4]]],
  [5, [0, 3], 2, [[1, 2], [4]]],
  [2, [1, 0], 4, []],
])('%d images, landed %j, %d a call → %j', (count, landed, perCall, calls) =>
  expect(splitIntoCalls(count, landed, perCall)).toEqual(calls),
);

test('every size that is offered instead can be drawn', () => {
  for (let width = 1; width < 3_000; width += 97) {
    for (let height = 1; height < 3_000; height += 89) {
      for (const near of nearestSizes({ width, height }, rich.size))
        expect(decide(near, model(rich))).toMatchObject({ ok: true });
    }
  }
});

test('work counts pictures, steps and pixels', () => {
  expect(workOf({ width: 1024, height: 1024, steps: 10, count: 2, scale: null })).toBe(20);
  expect(workOf({ width: 512, height: 512, steps: 10, count: 1, scale: null })).toBe(2.5);
  expect(workOf({ width: 1024, height: 1024, steps: null, count: 1, scale: null })).toBe(20);
});
