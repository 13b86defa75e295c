import { fileURLToPath } from 'node:url';
import { readModelFolder } from '@rendermart/diffusion';
import { describe, expect, it } from 'vitest';
import { foldPrompt } from './folding.ts';
import { lexiconOf } from './lexicon.ts';
import { withoutMarkup } from './markup.ts';
import { planPrompt } from './plan.ts';

const sticker = await readModelFolder(fileURLToPath(new URL('../../../../../models/sticker-one', import.meta.url)));

/** A plan in short: its things with the colour that a rule gives in brackets, and where they are. */
function read(prompt: string) {
  const plain = withoutMarkup(prompt);
  const { things, backdrop, ...rest } = planPrompt(foldPrompt(plain), lexiconOf(sticker.words!, sticker.words!.read(plain)));
  const place = backdrop?.kind === 'place' ? `${backdrop.place} ${backdrop.time} ${backdrop.weather}` : backdrop?.pattern;
  return { ...rest, place, things: things.map(({ prompt: text, colour }) => (colour ? `${text} [${colour}]` : text)) };
}

describe('bare things between commas', () => {
  it.each([
    ['house, tree, sun', ['house', 'tree', 'sun']],
    ['chat, chien, oiseau', ['chat', 'chien', 'oiseau']],
    ['a red house, green tree, yellow sun', ['a house [red]', 'tree [green]', 'sun [yellow]']],
    ['big cat, little dogs', ['big cat', 'little dogs']],
    ['police car, fire truck, ambulance', ['police car', 'fire truck', 'ambulance']],
    ['citrouille, dinosaure, café', ['citrouille', 'dinosaure', 'cafe']],
    ['fox, 🐶, peaches', ['fox', '🐶', 'peaches']],
    ['lion, tgier', ['lion', 'tgier']],
    ['1. cat 2. dog 3. fox', ['cat', 'dog', 'fox']],
    ['cat – dog • fox', ['cat', 'dog', 'fox']],
    ['cat vs dog', ['cat', 'dog']],
    ['three cats, one dog', ['cats', 'cats', 'cats', 'dog']],
  ])('%s: each is one', (prompt, things) => expect(read(prompt).things).toEqual(things));

  it.each([
    ['masterpiece, best quality, cat, dog', ['masterpiece, best quality, cat', 'dog']],
    ['cat, dog, cute, flat', ['cat, cute flat', 'dog, cute flat']],
    ['cat, submarine, sun', ['cat, submarine', 'sun']],
    ['mushroom, red cap, white dots', ['mushroom', 'red cap, white dots']],
  ])('%s: what describes stays with them', (prompt, things) => expect(read(prompt).things).toEqual(things));

  it.each([
    'fox, cute, masterpiece, flat',
    'cute, fox',
    'renard, mignon, dessin',
    'fox, dizzy',
    'chat, endormi',
    'fox, orange, blue',
    'fox, running, happy',
    'fox, digital art, soft light, comic book',
    'avocado, face',
    'heart, arrow',
  ])('%s is one thing', (prompt) => expect(read(prompt)).toMatchObject({ layout: null, things: [expect.any(String)] }));

  it.each([
    ['cat, blue eyes', ['cat'], ['blue eyes']],
    ['fille, robe rouge, cheveux longs', ['fille', 'robe [red]'], ['cheveux longs']],
  ])('%s: eyes and hair are as they are', (prompt, things, unheard) => expect(read(prompt)).toMatchObject({ things, unheard }));
});

describe('bare scenes between commas', () => {
  it.each([
    ['castle, night, snow', ['castle'], 'snow night clear'],
    ['renard, forêt, nuit', ['renard'], 'forest night clear'],
    ['umbrella, city, rain', ['umbrella'], 'city day rain'],
    ['forest, mushroom, hedgehog', ['mushroom', 'hedgehog'], 'forest day clear'],
    ['robot, futuristic city', ['robot'], 'city day clear'],
    ['chat, lune, nuit étoilée', ['chat', 'lune'], 'meadow night clear'],
    ['a cat, a mountain', ['a cat', 'a mountain'], undefined],
    ['brouillard, plat', ['brouillard, plat'], undefined],
    ['night, flat', ['night, flat'], undefined],
    ['beach, cute', ['beach, cute'], undefined],
    ['landscape, mountains, lake, sunset', [], 'mountains sunset clear'],
    ['no people, a beach at sunset', [''], 'beach sunset clear'],
    ['fox, mountains in the background', ['fox'], 'mountains day clear'],
    ['un château avec un jardin', ['un chateau'], 'meadow day clear'],
    ['a ghost on halloween night', ['a ghost'], 'meadow night clear'],
    ['un cheval en bois', ['un cheval en bois'], undefined],
    ['la lune dans la montagne', ['la lune'], 'mountains day clear'],
    ['tiger, simple background', ['tiger'], 'plain'],
  ])('%s', (prompt, things, place) => expect(read(prompt)).toMatchObject({ things, place }));
});

describe('things that nothing joins', () => {
  it.each([
    ['cat dog', ['cat', 'dog']],
    ['chat chien dessin', ['chat dessin', 'chien dessin']],
    ['maison arbre soleil', ['maison', 'arbre', 'soleil']],
    ['un chat un chien', ['un chat', 'un chien']],
    ['a red apple a green pear', ['a red apple', 'a pear [green]']],
  ])('%s: each is one', (prompt, things) => expect(read(prompt).things).toEqual(things));

  it.each([
    'robot cat',
    'a cat dog',
    'hot dog',
    'dog house',
    'cat heart eyes',
    'une tasse à café',
    'un four à pizza',
    'a child’s drawing of a house',
    'un château en haut d’une montagne',
  ])('%s is one thing', (prompt) => expect(read(prompt).things).toHaveLength(1));
});

it.each([
  ['(fox:1.2), <lora:toon:0.8>', ['fox']],
  ['((fox)), [cute]', ['fox, cute']],
  ['score_9, score_8_up, a wolf', ['a wolf']],
  ['1girl, flat', ['girl, flat']],
  ['2boys', ['boys', 'boys']],
  ['cute fox --ar 16:9 --v 6', ['cute fox']],
])('%s: without the markup of other programs', (prompt, things) => expect(read(prompt).things).toEqual(things));
