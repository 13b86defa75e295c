import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawPictures } from './draw.ts';
import { readFlowLatentFolder } from './model-folder.ts';
import type { FlowLatentModel } from './model-folder.ts';
import { loadNetworks } from './networks.ts';
import type { Networks } from './networks.ts';
import { tokenize } from './reading.ts';
import { inStyleOfSource } from './source-style.ts';

const folder = fileURLToPath(new URL('../../../../models/sticker-one', import.meta.url));
let model: FlowLatentModel;
let networks: Networks;
beforeAll(async () => {
  model = await readFlowLatentFolder(folder);
  networks = await loadNetworks(model, { threads: 1, providers: ['cpu'] });
});
afterAll(() => networks.release());

const tokensOf = (prompt: string) => tokenize(model.words.vocabulary, prompt);

async function encoded(prompt: string): Promise<Float32Array> {
  const request = { pictures: [{ prompt, seed: 3 }] };
  const events = await Array.fromAsync(drawPictures(model, networks, request, new AbortController().signal));
  return networks.encode!(events.find((event) => event.type === 'image')!.picture);
}

it.each([
  ['3d'],
  ['flat'],
  ['cartoon'],
  ['icon'],
  // No artist drew a castle in this style; the model knows it all the same.
  ['sticker'],
])('a castle that was drawn as %s is redrawn so', async (style) => {
  const source = await encoded(`${style} castle`);
  expect(await inStyleOfSource(model, networks.denoise, tokensOf('castle'), source)).toEqual(tokensOf(`${style} castle`));
});

it('a style that is named stays, and a prompt without words too', async () => {
  const source = await encoded('icon castle');
  expect(await inStyleOfSource(model, networks.denoise, tokensOf('castle, 3d'), source)).toEqual(tokensOf('castle, 3d'));
  expect(await inStyleOfSource(model, networks.denoise, [], source)).toEqual([]);
});

it('a style whose name is no word of the vocabulary is left out', async () => {
  const { vocabulary } = model.words;
  const words = new Map([...vocabulary.words].filter(([word]) => word !== 'icon'));
  const without = { ...model, words: { ...model.words, vocabulary: { ...vocabulary, words } } };
  const styled = await inStyleOfSource(without, networks.denoise, tokensOf('castle'), await encoded('icon castle'));
  expect(styled).toHaveLength(2);
  expect(styled).not.toEqual(tokensOf('icon castle'));
});
