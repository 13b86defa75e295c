import { fileURLToPath } from 'node:url';
import { readModelFolder } from '@rendermart/diffusion';
import { describe, expect, it } from 'vitest';
import { foldPrompt } from './folding.ts';
import { lexiconOf } from './lexicon.ts';
import { planPrompt } from './plan.ts';

const sticker = await readModelFolder(fileURLToPath(new URL('../../../../../models/sticker-one', import.meta.url)));
const planOf = (prompt: string) => planPrompt(foldPrompt(prompt), lexiconOf(sticker.words!, sticker.words!.read(prompt)));

/** With its things as people would write them: the colour that a rule gives stands in brackets. */
function plan(prompt: string) {
  const { things, ...rest } = planOf(prompt);
  return { ...rest, things: things.map((thing) => (thing.colour ? `${thing.prompt} [${thing.colour}]` : thing.prompt)) };
}

/** A backdrop in one word each: where, when, in what weather; or the pattern and its colours. */
function backdropOf(prompt: string): string | null {
  const { backdrop } = plan(prompt);
  if (backdrop === null) return null;
  if (backdrop.kind === 'place') return `${backdrop.place} ${backdrop.time} ${backdrop.weather}`;
  return [backdrop.pattern, ...backdrop.colours].filter(Boolean).join(' ');
}

describe('places', () => {
  it.each([
    ['a fox in the snow', 'snow day clear', ['a fox']],
    ['un renard sous la neige', 'snow day snow', ['un renard']],
    ['un chat à la plage', 'beach day clear', ['un chat']],
    ['castle at sunset', 'meadow sunset clear', ['castle']],
    ['fox in a snowy forest at night', 'forest night snow', ['fox']],
    ['un poisson sous l’eau', 'underwater day clear', ['un poisson']],
    ['a cat in the rain, flat', 'meadow day rain', ['a cat, flat']],
    ['un bateau sur la mer', 'sea day clear', ['un bateau']],
    ['🦊 in space', 'space day clear', ['🦊']],
    ['a plane over the sea', 'sea day clear', ['a plane']],
    ['un cerf dans la forêt verte', 'forest day clear', ['un cerf']],
    ['une maison à la montagne en hiver', 'mountains day snow', ['une maison']],
    ['a boat in a storm', 'meadow day rain', ['a boat']],
    ['a garden with a snail', 'meadow day clear', ['a snail']],
    ['desert with cactus', 'desert day clear', ['cactus']],
    ['une plage tropicale avec un palmier', 'beach day clear', ['un palmier']],
    ['un arc-en-ciel dans le ciel', 'sky day clear', ['un arc en ciel']],
  ])('%s', (prompt, backdrop, things) => {
    expect(backdropOf(prompt)).toBe(backdrop);
    expect(plan(prompt).things).toEqual(things);
  });

  it.each([
    ['snowy mountains', 'mountains day snow'],
    ['forest in fog', 'forest day fog'],
    ['city skyline at night', 'city night clear'],
    ['montagne enneigée au coucher du soleil', 'mountains sunset snow'],
  ])('%s is a landscape without a thing', (prompt, backdrop) => {
    expect(backdropOf(prompt)).toBe(backdrop);
    expect(plan(prompt).things).toEqual([]);
  });

  it.each(['beach', 'night with stars', 'cloud with rain', 'a red fox'])('%s stays with the network', (prompt) => {
    expect(backdropOf(prompt)).toBeNull();
  });
});

describe('backgrounds', () => {
  it.each([
    ['cat on a blue background', 'plain #5aa9f0', ['cat']],
    ['une fusée bleue sur fond jaune', 'plain #ffd95a', ['une fusee [blue]']],
    ['pizza on a pink and blue gradient background', 'gradient #ff9fc4 #5aa9f0', ['pizza']],
    ['un chat sur un fond à pois rouge', 'dots #ef6a63', ['un chat']],
    ['a cat on a transparent background', null, ['a cat']],
    ['un renard sans fond', null, ['un renard']],
    ['a cat with no background', null, ['a cat']],
  ])('%s', (prompt, backdrop, things) => {
    expect(backdropOf(prompt)).toBe(backdrop);
    expect(plan(prompt).things).toEqual(things);
  });
});

describe('several things', () => {
  it.each([
    ['a cat and a dog, 3d', 'beside', ['a cat, 3d', 'a dog, 3d']],
    ['un chat à côté d’un chien', 'beside', ['un chat', 'un chien']],
    ['dog left of a cat', 'left', ['dog', 'a cat']],
    ['ball on top of a box', 'on', ['ball', 'a box']],
    ['un ballon au-dessus d’un gâteau', 'above', ['un ballon', 'un gateau']],
    ['a dog in front of a house', 'before', ['a dog', 'a house']],
    ['a cat & a dog', 'beside', ['a cat', 'a dog']],
    ['🐱🐶', 'beside', ['🐱', '🐶']],
    ['a monkey riding a bicycle', 'on', ['a monkey', 'a bicycle']],
    ['a cat wearing a hat', 'on', ['a hat', 'a cat']],
    ['un chat avec un chapeau', 'on', ['un chapeau', 'un chat']],
    ['cat with big sunglasses', 'on', ['big sunglasses', 'cat']],
    ['a fox in a box', 'on', ['a fox', 'a box']],
    ['un hérisson qui mange une pomme', 'beside', ['un herisson', 'une pomme']],
    ['a cat on the left, a dog on the right', 'left', ['a cat', 'a dog']],
    ['un chat à droite et un chien à gauche', 'right', ['un chat', 'un chien']],
    ['une licorne et un arc-en-ciel', 'beside', ['une licorne', 'un arc en ciel']],
    ['a bow and arrow and a fox', 'beside', ['a bow and arrow', 'a fox']],
    ['snow-capped mountain and a car', 'beside', ['snow capped mountain', 'a car']],
    ['a pencil and a notebook', 'beside', ['a pencil', 'a notebook']],
  ])('%s', (prompt, relation, things) => {
    expect(plan(prompt)).toMatchObject({ layout: { kind: 'relation', relation }, things });
  });

  it.each([
    ['two cats', ['cats', 'cats']],
    ['trois pommes vertes', ['pommes vertes', 'pommes vertes', 'pommes vertes']],
    ['two cats and a ball', ['cats', 'cats', 'a ball']],
    ['two cats, three dogs', ['cats', 'cats', 'dogs', 'dogs', 'dogs']],
    ['a cat, a dog and a horse', ['a cat', 'a dog', 'a horse']],
    ['un chat et un chien et un cheval', ['un chat', 'un chien', 'un cheval']],
    ['🦊🦊🦊', ['🦊', '🦊', '🦊']],
    ['a cat near a dog near a horse', ['a cat', 'a dog', 'a horse']],
    ['cat|dog / horse', ['cat', 'dog', 'horse']],
    ['seven cats', Array.from({ length: 6 }, () => 'cats')],
    ['plusieurs chats', ['chats', 'chats', 'chats']],
    ['une paire de chats', ['chats', 'chats']],
    ['deux arcs-en-ciel', ['arcs en ciel', 'arcs en ciel']],
  ])('%s', (prompt, things) => {
    expect(plan(prompt)).toMatchObject({ layout: { kind: 'count' }, things });
  });

  it.each([
    'two hearts',
    'bow and arrow',
    'a red bow and arrow',
    'black and white cat',
    'woman with red hair',
    'Einstein and Newton',
    'a fox, cute, fluffy',
    'a cat in the kitchen',
    'snow on top',
    'a pencil',
    'un four à pizza',
    'family: man, woman, boy',
    'a cat in a row',
  ])('%s is one thing', (prompt) => {
    expect(plan(prompt)).toMatchObject({ layout: null, things: [expect.any(String)] });
  });
});

describe('colours', () => {
  it.each([
    ['a purple fox', ['a fox [purple]']],
    ['un renard violet, 3d', ['un renard, 3d [purple]']],
    ['a green 🦊', ['a 🦊 [green]']],
    ['a red dog and a blue cat', ['a dog [red]', 'a cat [blue]']],
    ['two yellow elephants', ['elephants [yellow]', 'elephants [yellow]']],
    ['light blue car', ['car [blue]']],
    ['une voiture bleu foncé', ['une voiture [blue]']],
    ['un chat aux yeux bleus', ['un chat']],
    ['a red fox with big green eyes', ['a fox [red]']],
  ])('%s: painted by rule', (prompt, things) => expect(plan(prompt).things).toEqual(things));

  it.each(['a black cat', 'chat noir', 'cœur bleu', 'orange', 'a red and blue fox', 'woman with red hair', 'green'])(
    '%s: the network’s',
    (prompt) => expect(plan(prompt).things).toEqual([foldPrompt(prompt)]),
  );
});

it.each([
  ['robot, pixel art', 'pixel', ['robot']],
  ['dessin au trait d’un hibou', 'line', ['d un hibou']],
])('%s is treated', (prompt, treatment, things) => {
  expect(plan(prompt)).toMatchObject({ treatment, things, backdrop: null });
});

it.each([
  ['an owl, pencil drawing', 'line'],
  ['a pencil', null],
])('%s: %s', (prompt, treatment) => expect(plan(prompt).treatment).toBe(treatment));

it.each([
  ['a cat without a hat', ['hat']],
  ['un chat sans chapeau', ['chapeau']],
  ['a car but not red', ['red']],
  ['a dog, no collar and a cat', ['collar']],
  ['a house without a chimney or a door', ['chimney or a door']],
  ['I don’t want a dog, I want a cat', ['dog']],
  ['je ne veux pas de chien, un chat', ['chien']],
  ['jamais de rouge, un chat', ['rouge']],
  ['fox --no hat', ['hat']],
  ['snowman without snow', undefined],
  ['a fox', undefined],
])('%s: unwanted', (prompt, unwanted) => expect(plan(prompt).unwanted).toEqual(unwanted));

it('says which words nothing answers', () => {
  expect(plan('a cat with blue eyes').unheard).toEqual(['with blue eyes']);
  expect(plan('woman with red hair')).not.toHaveProperty('unheard');
});

it('answers the words that say how things stand', () => {
  expect(plan('un chien à côté d’une maison').ruled).toContain('a cote d');
  expect(plan('sept chats').ruled).toEqual(['sept']);
});

it('reads ten thousand characters of its own words', () => {
  expect(plan('a cat and the dog in the snow, red and blue gradient to '.repeat(180)).things.length).toBeLessThanOrEqual(6);
  expect(plan('').things).toEqual(['']);
});
