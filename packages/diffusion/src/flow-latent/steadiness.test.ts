import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawPictures } from './draw.ts';
import { readFlowLatentFolder } from './model-folder.ts';
import type { FlowLatentModel } from './model-folder.ts';
import { loadNetworks } from './networks.ts';
import type { Networks } from './networks.ts';

const folder = fileURLToPath(new URL('../../../../models/sticker-one', import.meta.url));
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
let model: FlowLatentModel;
let networks: Networks;
beforeAll(async () => {
  model = await readFlowLatentFolder(folder);
  networks = await loadNetworks(model, { threads: 1, providers: ['cpu'] });
});
afterAll(() => networks.release());

async function draw(prompt: string, steps: number): Promise<Uint8Array[]> {
  const request = { pictures: seeds.map((seed) => ({ prompt, seed })), steps };
  const events = await Array.fromAsync(drawPictures(model, networks, request, new AbortController().signal));
  return events.filter((event) => event.type === 'image').map(({ picture }) => Uint8Array.from(picture.rgba));
}

/** How far each picture is from the median of all, of 255 in the mean. */
function distancesOf(pictures: readonly Uint8Array[]): number[] {
  const sums = pictures.map(() => 0);
  for (let at = 0; at < pictures[0]!.length; at++) {
    const sorted = pictures.map((picture) => picture[at]!).sort((a, b) => a - b);
    const median = (sorted[3]! + sorted[4]!) / 2;
    pictures.forEach((picture, index) => (sums[index]! += Math.abs(picture[at]! - median)));
  }
  return sums.map((sum) => sum / pictures[0]!.length);
}

// With whole noise and even steps, seed 7 of the first was a mixture, and of the others one to three.
it.each([
  ['cat sticker', 4],
  ['cat sticker', 16],
  ['turtle blob', 16],
  ['crab cartoon', 16],
])('eight seeds of “%s” in %d steps are one drawing', async (prompt, steps) => {
  const distances = distancesOf(await draw(prompt, steps));
  expect(Math.max(...distances)).toBeLessThan(8);
});
