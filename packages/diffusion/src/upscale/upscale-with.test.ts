import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDiffusion } from '../open-diffusion.ts';
import type { Diffusion } from '../open-diffusion.ts';
import type { RgbaPicture } from '../picture.ts';
import { copyModel, lanczosUpscaler, shippedUpscaler } from '../testing/models.ts';
import type { Upscaler } from './folder.ts';

let diffusion: Diffusion;
let learned: Upscaler;
let lanczos: Upscaler;
beforeAll(async () => {
  diffusion = openDiffusion({ threads: 1 });
  learned = await diffusion.loadUpscaler(shippedUpscaler);
  lanczos = await diffusion.loadUpscaler(lanczosUpscaler);
});
afterAll(() => diffusion.close());

/** Slanted stripes whose alpha falls from left to right. */
function stripes(width: number, height: number): RgbaPicture {
  const rgba = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const bright = (i % width) + Math.floor(i / width) * 2;
    rgba.set([bright % 16 < 8 ? 255 : 40, 128, bright % 12 < 6 ? 200 : 0, 255 - Math.floor((200 * (i % width)) / width)], 4 * i);
  }
  return { width, height, rgba };
}

it('counts tiles and puts them where they belong', async () => {
  const events = await Array.fromAsync(diffusion.upscale(lanczos, { picture: stripes(300, 140), scale: 4 }));
  const image = events.at(-1);
  if (image?.type !== 'image') throw new Error('the picture comes last');
  const counts = events.slice(0, -1).map((event) => event.type === 'tile' && event.done);
  expect(counts.at(-1)).toBe(6);
  expect(counts).toEqual(counts.toSorted((one, other) => Number(one) - Number(other)));
  expect([image.picture.width, image.picture.height]).toEqual([1200, 560]);
  // Alpha falls from left to right over all six tiles.
  const alphas = Array.from({ length: 12 }, (_, i) => image.picture.rgba[4 * (i * 100 + 560 * 600) + 3]!);
  expect(alphas).toEqual(alphas.toSorted((one, other) => other - one));
});

it('enlarges with the learned network too', async () => {
  const events = await Array.fromAsync(diffusion.upscale(learned, { picture: stripes(70, 50), scale: 2 }));
  expect(events.at(-1)).toMatchObject({ type: 'image', picture: { width: 140, height: 100 } });
});

it('stops within a tile, and the next work goes on', async () => {
  const abort = new AbortController();
  const began = (async () => {
    for await (const event of diffusion.upscale(learned, { picture: stripes(1024, 1024), scale: 4 }, { signal: abort.signal }))
      if (event.type === 'tile') abort.abort();
  })();
  await expect(began).rejects.toMatchObject({ code: 'cancelled' });
  const after = await Array.fromAsync(diffusion.upscale(lanczos, { picture: stripes(8, 8), scale: 2 }));
  expect(after.at(-1)?.type).toBe('image');
});

it('refuses what an upscaler cannot make before anything runs', () => {
  expect(() => diffusion.upscale(learned, { picture: stripes(8, 8), scale: 3 })).toThrow(/2 or 4 times/);
});

it('says that a network is none', async () => {
  await using copy = await copyModel(lanczosUpscaler);
  await copy.editManifest((manifest) =>
    Object.assign(manifest, { method: { kind: 'network', file: 'manifest.json', scale: 2, reach: 2 } }),
  );
  await expect(diffusion.loadUpscaler(copy.folder)).rejects.toMatchObject({ code: 'model_invalid' });
});
