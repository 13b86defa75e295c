import { fileURLToPath } from 'node:url';
import { readModelFolder } from '@rendermart/diffusion';
import { expect, it } from 'vitest';
import { interpretPrompt } from '../prompt.ts';

const sticker = await readModelFolder(fileURLToPath(new URL('../../../../../models/sticker-one', import.meta.url)));
const thingsOf = (prompt: string) =>
  interpretPrompt(sticker.words!, { prompt, negativePrompt: '', seeds: [1], source: null }).plans[0]!.things.map(
    ({ prompt: words, colour }) => (colour ? `${words} [${colour}]` : words),
  );

it.each([
  ['un éléphant rose', ['un elephant [pink]']],
  ['Un t-shirt rose', ['un t shirt [pink]']],
  ['des chaussettes roses', ['des chaussettes [pink]']],
  ['un chat 3D rose', ['un chat 3d [pink]']],
  ['une fleur rose', ['sunflower, une [pink]']],
  ['une rose rose', ['une rose [pink]']],
  ['un chat rose dans la neige', ['un chat [pink]']],
  ['un cochon rose et un chat', ['un cochon [pink]', 'un chat']],
])('%s: the colour', (prompt, things) => expect(thingsOf(prompt)).toEqual(things));

it.each([
  ['rose', ['rose']],
  ['une rose', ['une rose']],
  ['rose rouge', ['rose [red]']],
  ['une petite rose', ['une petite rose']],
  ['a red rose', ['a rose [red]']],
  ['rose, 3d', ['rose, 3d']],
  ['un chat, rose', ['un chat', 'rose']],
  ['deux roses', ['roses', 'roses']],
  ['un chat et une rose', ['un chat', 'une rose']],
  ['a cat and a rose', ['a cat', 'a rose']],
])('%s: the flower', (prompt, things) => expect(thingsOf(prompt)).toEqual(things));
