import { fileURLToPath } from 'node:url';
import { readModelFolder } from '@rendermart/diffusion';
import type { Model } from '@rendermart/diffusion';
import { expect, it } from 'vitest';
import { capabilitiesOf } from './capabilities.ts';

const tiny = await readModelFolder(fileURLToPath(new URL('../../../diffusion/test/tiny-model', import.meta.url)));

function withManifest(changes: {
  picture?: Partial<Model['manifest']['picture']>;
  guidance?: { default: number; min: number; max: number };
}): Model {
  const { manifest } = tiny;
  const sampling = { ...manifest.sampling, guidance: changes.guidance ?? manifest.sampling.guidance };
  return { ...tiny, manifest: { ...manifest, picture: { ...manifest.picture, ...changes.picture }, sampling } };
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
  const capabilities = capabilitiesOf(tiny);
  expect(capabilities).toMatchObject({
    steps: { min: 1, max: 1000, default: 8 },
    guidanceScale: { min: 1, max: 4, default: 1 },
    imagesPerCall: 4,
  });
  expect(capabilities.imageToImage).not.toBeNull();
  expect(capabilitiesOf(withManifest({ guidance: { default: 1, min: 1, max: 1 } })).guidanceScale).toBeNull();
});
