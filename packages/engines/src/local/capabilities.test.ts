import { fileURLToPath } from 'node:url';
import { readModelFolder, readUpscalerFolder } from '@rendermart/diffusion';
import type { ModelDescription, Upscaler } from '@rendermart/diffusion';
import { expect, it } from 'vitest';
import { capabilitiesOf } from './capabilities.ts';
import type { Shelved } from './models.ts';

const learned = await readUpscalerFolder(fileURLToPath(new URL('../../../../models/upscaler-one', import.meta.url)));
const tiny = await readModelFolder(fileURLToPath(new URL('../../../diffusion/test/tiny-model', import.meta.url)));

function described(changes: Partial<ModelDescription>, upscaler?: Upscaler): Shelved {
  return { kind: 'model', model: { ...tiny, description: { ...tiny.description, ...changes } }, upscaler };
}
const fixed = (width: number, height: number) => ({ size: { kind: 'fixed', width, height } }) as const;

it.each([
  [128, 128, ['512x512', '128x128', '256x256', '1024x1024']],
  [256, 256, ['512x512', '256x256', '1024x1024']],
  [512, 512, ['512x512', '256x256', '1024x1024']],
  [768, 768, ['768x768', '512x512', '256x256', '1024x1024']],
  [128, 96, ['512x384', '128x96', '256x192', '1024x768']],
])('a model of %d×%d offers its sizes, the default first', (width, height, expected) => {
  const { size } = capabilitiesOf(described(fixed(width, height)));
  expect(size.kind === 'list' && size.options.map((option) => `${option.width}x${option.height}`)).toEqual(expected);
});

it('offers what a model draws itself where it draws many sizes', () => {
  const range = {
    kind: 'range',
    default: { width: 512, height: 512 },
    min: 256,
    max: 1024,
    step: 64,
    maxPixels: 524_288,
  } as const;
  expect(capabilitiesOf(described({ size: range })).size).toEqual(range);
});

it('reads the rest off the description', () => {
  const capabilities = capabilitiesOf(described({}));
  expect(capabilities).toMatchObject({
    steps: { min: 1, max: 1000, default: 8 },
    guidanceScale: { min: 1, max: 4, default: 1 },
    imagesPerCall: 4,
  });
  expect(capabilities.imageToImage).not.toBeNull();
  expect(capabilitiesOf(described({ guidanceScale: { default: 1, min: 1, max: 1 } })).guidanceScale).toBeNull();
});

const sizesOf = (shelved: Shelved) => {
  const { size } = capabilitiesOf(shelved);
  return size.kind === 'list' && size.options.map((option) => `${option.width}x${option.height}`);
};

it('offers the multiples of its upscaler, as far as that goes', () => {
  const model = described(fixed(256, 192), learned);
  expect(sizesOf(model)).toEqual(['512x384', '256x192', '1024x768']);
  expect(sizesOf(described(fixed(2048, 2048), learned))).toEqual(['4096x4096', '2048x2048']);
  expect(sizesOf(described(fixed(4096, 64), learned))).toEqual(['4096x64']);
});

it('reads an upscaler off its manifest', () => {
  expect(capabilitiesOf({ kind: 'upscaler', upscaler: learned })).toMatchObject({
    upscale: { scales: [2, 4], maxSide: 4096, learned: true },
    progress: true,
    imageToImage: null,
    vocabulary: false,
  });
});
