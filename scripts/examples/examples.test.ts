import fs from 'node:fs';
import path from 'node:path';
import type { ImageEngine } from '@rendermart/engine';
import { openEngine } from '@rendermart/engines';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../program/index.ts';
import { drawOnce } from './draw.ts';
import { unseen, usual } from './prompts.ts';

let engine: ImageEngine;
beforeAll(async () => (engine = await openEngine('local', { modelsFolder: path.join(root, 'models') })));
afterAll(() => engine.close());

const prompts = [usual.en, usual.fr, unseen.en, unseen.fr].flat();
const page = fs.readFileSync(path.join(root, 'docs', 'examples.md'), 'utf8');

/** Premultiplied, so that what cannot be seen does not count. */
async function pixelsOf(picture: Uint8Array | string): Promise<number[]> {
  const data = await sharp(picture).ensureAlpha().raw().toBuffer();
  return Array.from(data, (value, i) => (i % 4 === 3 ? value : (value * data[i | 3]!) / 255));
}

// Networks add up in another order on another processor, and the page's pictures are compressed: both change pixels by little.
it.each([2, 3, 9, 23, 29])('example %i is drawn as the page shows it, on this machine too', async (number) => {
  const prompt = prompts[number - 1]!;
  const drawn = await drawOnce(engine, { modelName: 'sticker-one', prompt, side: 256, seed: 1 });
  const [here, there] = await Promise.all(
    [drawn.picture.bytes, path.join(root, 'docs', 'examples', `${String(number).padStart(2, '0')}.webp`)].map(pixelsOf),
  );
  const apart = here!.reduce((sum, value, i) => sum + Math.abs(value - there![i]!), 0) / here!.length;
  expect(apart).toBeLessThan(3);
  expect(page).toContain([prompt, ...(drawn.procedural ?? []).map((part) => `*${part}*`)].join('<br>'));
});
