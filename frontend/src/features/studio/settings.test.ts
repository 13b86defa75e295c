import type { Capabilities, Model } from '@rendermart/contract';
import { expect, test } from 'vitest';
import { adaptSettings, defaultSettings, settingsOf, switchModel, toLiveRequest, toRequest, totalCredits } from './settings.ts';

const full: Capabilities = {
  size: { kind: 'range', min: 256, max: 2048, step: 64, maxPixels: 1_500_000, default: { width: 1024, height: 1024 } },
  steps: { min: 1, max: 50, default: 20 },
  guidanceScale: { min: 1, max: 15, default: 5 },
  negativePrompt: true,
  seed: true,
  imageToImage: { min: 0, max: 1, default: 0.6 },
  transparentBackground: true,
  imagesPerCall: 4,
  promptMaxLength: 500,
  progress: true,
  preview: true,
  cancel: 'step',
  vocabulary: false,
};
const bare: Capabilities = {
  ...full,
  size: { kind: 'list', options: [{ width: 128, height: 128 }] },
  steps: null,
  guidanceScale: null,
  negativePrompt: false,
  seed: false,
  imageToImage: null,
  transparentBackground: false,
};
const model = (id: string, capabilities: Capabilities): Model => ({
  id,
  name: id,
  description: '',
  engine: 'local',
  capabilities,
  live: false,
  lifecycle: 'active',
  endsOn: null,
  successorId: null,
  priceCredits: '3',
  isDefault: true,
});
const rich = model('rich', full);
const plain = model('plain', bare);
const source = { id: 'picture', width: 10, height: 10, placeholder: null, transparent: false };

test('the form begins with the defaults of the capabilities', () => {
  expect(defaultSettings(rich)).toMatchObject({
    size: { width: 1024, height: 1024 },
    steps: 20,
    guidanceScale: 5,
    denoisingStrength: 0.6,
    seed: null,
    count: 1,
  });
  expect(defaultSettings(plain)).toMatchObject({
    size: { width: 128, height: 128 },
    steps: null,
    guidanceScale: null,
    denoisingStrength: null,
  });
});

test('a request carries every setting of a model that has them all', () => {
  const settings = { ...defaultSettings(rich), negativePrompt: ' blur ', seed: 0, count: 3, background: '#ffcc00', source };
  expect(toRequest('  a fox ', settings, rich)).toEqual({
    prompt: 'a fox',
    modelId: 'rich',
    count: 3,
    width: 1024,
    height: 1024,
    negativePrompt: 'blur',
    steps: 20,
    guidanceScale: 5,
    seed: 0,
    background: '#ffcc00',
    sourceImageId: 'picture',
    denoisingStrength: 0.6,
  });
});

test('a request asks a bare model for nothing that it lacks', () => {
  const settings = { ...defaultSettings(rich), negativePrompt: 'blur', seed: 7, source, count: 2 };
  expect(toRequest('fox', settings, plain)).toEqual({ prompt: 'fox', modelId: 'plain', count: 2, width: 128, height: 128 });
});

test('the denoising strength goes only with a source image', () => {
  expect(toRequest('fox', defaultSettings(rich), rich)).not.toHaveProperty('denoisingStrength');
});

test('another model keeps what it can honour and clamps the rest', () => {
  const far = { ...defaultSettings(rich), steps: 400, guidanceScale: 0, seed: 9, size: { width: 5000, height: 60 } };
  expect(adaptSettings(far, rich)).toMatchObject({ steps: 50, guidanceScale: 1, seed: 9, size: { width: 2048, height: 256 } });
  expect(adaptSettings(adaptSettings(far, plain), rich).steps).toBe(20);
});

test('a change of model brings its own defaults, but not over a choice', () => {
  expect(switchModel(defaultSettings(plain), plain, rich)).toMatchObject({
    modelId: 'rich',
    size: { width: 1024, height: 1024 },
    steps: 20,
    guidanceScale: 5,
  });
  const other = model('other', { ...full, steps: { min: 4, max: 80, default: 40 } });
  expect(switchModel(defaultSettings(rich), rich, other).steps).toBe(40);
  expect(switchModel({ ...defaultSettings(rich), steps: 21 }, rich, other).steps).toBe(21);
});

test('a mask goes along for models that draw parts anew, and leaves with its source', () => {
  const source = { id: 'source', width: 1, height: 1, placeholder: null, transparent: false, maskId: 'mask' };
  const able = { ...rich, capabilities: { ...rich.capabilities, inpainting: true } };
  expect(toRequest('fox', { ...defaultSettings(able), source }, able)).toMatchObject({ sourceImageId: 'source', maskId: 'mask' });
  expect(toRequest('fox', { ...defaultSettings(rich), source }, rich)).not.toHaveProperty('maskId');
  expect(toRequest('fox', { ...defaultSettings(able), source: { ...source, maskId: null } }, able)).not.toHaveProperty('maskId');
});

test('a recipe comes back with its seed', () => {
  const recipe = {
    prompt: 'fox',
    negativePrompt: '',
    modelId: 'rich',
    modelName: '',
    engine: '',
    width: 512,
    height: 768,
    steps: 12,
    guidanceScale: 4,
    seed: 0,
    background: null,
    sourceImageId: null,
    denoisingStrength: null,
    warnings: [],
  };
  expect(settingsOf(recipe, rich, null)).toMatchObject({
    seed: 0,
    steps: 12,
    size: { width: 512, height: 768 },
    background: 'transparent',
    denoisingStrength: 0.6,
  });
});

test('prices are exact and a free model has none', () => {
  expect(totalCredits({ ...rich, priceCredits: '9007199254740993' }, 2)).toBe(18014398509481986n);
  expect(totalCredits({ ...rich, priceCredits: '0' }, 8)).toBeNull();
});

test('what is drawn while somebody types takes size and steps from the model, and its seed from the page', () => {
  const settings = {
    ...defaultSettings(rich),
    negativePrompt: 'red',
    guidanceScale: 3,
    background: '#ffcc00',
    count: 4,
    seed: 5,
  };
  expect(toLiveRequest(' a fox ', settings, rich, 9)).toEqual({
    ...{ prompt: 'a fox', modelId: 'rich', seed: 9 },
    ...{ negativePrompt: 'red', guidanceScale: 3, background: '#ffcc00' },
  });
  const source = { id: 's', width: 9, height: 9, placeholder: null, transparent: false };
  expect(toLiveRequest('a fox', { ...settings, source, denoisingStrength: 0.3 }, rich, 9)).toMatchObject({
    sourceImageId: 's',
    denoisingStrength: 0.3,
  });
  expect(toLiveRequest('a fox', defaultSettings(plain), plain, 9)).toEqual({ prompt: 'a fox', modelId: 'plain', seed: 9 });
});

test('without words, or with too many, nothing is drawn while somebody types', () => {
  expect(toLiveRequest('  ', defaultSettings(rich), rich, 1)).toBeNull();
  expect(toLiveRequest('x'.repeat(501), defaultSettings(rich), rich, 1)).toBeNull();
});
