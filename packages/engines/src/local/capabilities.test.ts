import { fileURLToPath } from 'node:url';
import { readModelFolder, readUpscalerFolder } from '@rendermart/diffusion';
import type { Model, Upscaler } from '@rendermart/diffusion';
import { expect, it } from 'vitest';
import { capabilitiesOf } from './capabilities.ts';
import type { Shelved } from './models.ts';

const learned = await readUpscalerFolder(fileURLToPath(new URL('../../../../models/upscaler-one', import.meta.url)));
const tiny = await readModelFolder(fileURLToPath(new URL('../../../diffusion/test/tiny-model', import.meta.url)));

function withManifest(changes: {
  picture?: Partial<Model['manifest']['picture']>;
  guidance?: { default: number; min: number; max: number };
  upscaler?: Upscaler;
}): Shelved {
  const { manifest } = tiny;
  const sampling = { ...manifest.sampling, guidance: changes.guidance ?? manifest.sampling.guidance };
  const model: Model = { ...tiny, manifest: { ...manifest, picture: { ...manifest.picture, ...changes.picture }, sampling } };
  return { kind: 'model', model, upscaler: changes.upscaler };
}

it.each([
  [128, 128, ['512x512', '128x128', '256x256', '1024x1024']],
  [256, 256, ['512x512', '256x256', '1024x1024']],
  [512, 512, ['512x512', '256x256', '1024x1024']],
  [768, 768, ['768x768', '512x512', '256x256', '1024x1024']],
  [128, 96, ['512x384', '128x96', '256x192', '1024x768']],
])('a model of %d×%d offers its sizes, the default first', (width, height, expected) => {
  const { size } = capabilitiesOf(withManifest({ picture: { width, height } }));
  expect(size.kind === 'list' && size.options.map((option) => `${option.width}x${option.height}`)).toEqual(expected);
});

it('reads the rest off the manifest', () => {
  const capabilities = capabilitiesOf(withManifest({}));
  expect(capabilities).toMatchObject({
    steps: { min: 1, max: 1000, default: 8 },
    guidanceScale: { min: 1, max: 4, default: 1 },
    imagesPerCall: 4,
  });
  expect(capabilities.imageToImage).not.toBeNull();
  expect(capabilitiesOf(withManifest({ guidance: { default: 1, min: 1, max: 1 } })).guidanceScale).toBeNull();
});

const sizesOf = (shelved: Shelved) => {
  const { size } = capabilitiesOf(shelved);
  return size.kind === 'list' && size.options.map((option) => `${option.width}x${option.height}`);
};

it('offers the multiples of its upscaler, as far as that goes', () => {
  const model = withManifest({ picture: { width: 256, height: 192 }, upscaler: learned });
  expect(sizesOf(model)).toEqual(['512x384', '256x192', '1024x768']);
  expect(sizesOf(withManifest({ picture: { width: 2048, height: 2048 }, upscaler: learned }))).toEqual([
    '4096x4096',
    '2048x2048',
  ]);
  expect(sizesOf(withManifest({ picture: { width: 4096, height: 64 }, upscaler: learned }))).toEqual(['4096x64']);
});

it('reads an upscaler off its manifest', () => {
  expect(capabilitiesOf({ kind: 'upscaler', upscaler: learned })).toMatchObject({
    upscale: { scales: [2, 4], maxSide: 4096 },
    progress: true,
    imageToImage: null,
    vocabulary: false,
  });
});
