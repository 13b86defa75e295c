import { fileURLToPath } from 'node:url';
import { readModelFolder } from '@rendermart/diffusion';
import { describe, expect, it } from 'vitest';
import { interpretPrompt, readWithRules } from './prompt.ts';

const sticker = (await readModelFolder(fileURLToPath(new URL('../../../../models/sticker-one', import.meta.url)))).words!;
const interpreted = (prompt: string, negativePrompt = '') =>
  interpretPrompt(sticker, { prompt, negativePrompt, seeds: [1], source: null });
const thingsOf = (prompt: string) =>
  interpreted(prompt).plans[0]!.things.map((thing) => (thing.colour ? `${thing.prompt} [${thing.colour}]` : thing.prompt));
const warningsOf = (prompt: string) => interpreted(prompt).warnings.map(({ code, words }) => [code, ...(words ?? [])]);

describe('a prompt that names nothing', () => {
  it.each(['Einstein, 3d', 'a yellow submarine', 'rouge', 'a knight', '狐', 'le petit chaperon'])(
    '%s: the seed chooses a thing, and says so',
    (prompt) => {
      expect(warningsOf(prompt).at(-1)).toEqual(['empty_prompt', 'bank']);
    },
  );

  it('keeps its colour and its style', () => {
    expect(thingsOf('a yellow submarine')).toEqual(['bank [yellow]']);
    const { things, style } = interpreted('Einstein, 3d').plans[0]!;
    expect(things[0]!.prompt).toBe('3d bank');
    expect(style).toBeUndefined();
  });
});

it.each([
  ['un thé', ['un tea']],
  ['deux dés', ['game die', 'game die']],
  ['the cat', ['the cat']],
  ['an orange', ['an tangerine']],
  ['a lime', ['a lemon [green]']],
  ['un marron', ['un chestnut']],
  ['an orange cat', ['an cat [orange]']],
  ['deux ballons rouges', ['balloon [red]', 'balloon [red]']],
  ['un ballon', ['un ballon']],
  ['3 stars', ['star', 'star', 'star']],
  ['deux chevaux', ['cheval', 'cheval']],
  ['cars', ['car']],
  ['(red fox:1.2), <lora:toon:1>', ['fox [red]']],
  ['👩🏽‍⚕️', ['👩‍⚕']],
  ['make me a dragon', ['make me a dragon']],
])('%s is what it says', (prompt, things) => {
  expect(thingsOf(prompt)).toEqual(things);
  expect(warningsOf(prompt)).toEqual([]);
});

it.each(['un chien à côté d’une maison', 'many cats', 'a photo of a cat', '👍🏿', 'a cat above a dog'])(
  '%s leaves no question',
  (prompt) => expect(warningsOf(prompt)).toEqual([]),
);

it('names the nearest words that the model knows', () => {
  expect(interpreted('a submarine and a fox').warnings).toMatchObject([
    { code: 'unknown_words', words: ['submarine'], message: expect.stringContaining('submarine (nearest: marine)') },
  ]);
});

it('says that eyes are as they are', () => {
  expect(warningsOf('un chat aux yeux bleus')).toEqual([['unknown_words', 'aux yeux bleus']]);
  expect(readWithRules(sticker, 'un chat aux yeux bleus').coverage).toBe(1);
});

it('forbids what the prompt itself does not want', () => {
  expect(interpreted('a cat without a hat', 'dog').negativePrompt).toBe('dog, hat');
  expect(interpreted('a cat', '').negativePrompt).toBe('');
  const drawn = Array.from(
    { length: 12 },
    (_, seed) =>
      interpretPrompt(sticker, { prompt: 'a pet, but not a dog', negativePrompt: '', seeds: [seed], source: null }).plans[0]!
        .things[0]!.drawnAs!.en,
  );
  expect(drawn).not.toContain('dog');
  expect(new Set(drawn).size).toBeGreaterThan(3);
});
