import { fileURLToPath } from 'node:url';
import { readModelFolder } from '@rendermart/diffusion';
import { describe, expect, it } from 'vitest';
import { interpretPrompt, readWithRules } from '../prompt.ts';
import { foldPrompt } from './folding.ts';
import { type KindName, kindWords, kinds } from './kind-words.ts';
import { kindIn } from './kinds.ts';
import { lexiconOf } from './lexicon.ts';
import { partsOf } from './parts.ts';

const sticker = (await readModelFolder(fileURLToPath(new URL('../../../../../models/sticker-one', import.meta.url)))).words!;
const concepts = sticker.vocabulary.concepts;
const picture = { bytes: new Uint8Array(), mediaType: 'image/png', width: 256, height: 256 } as const;
const source = { picture, denoisingStrength: 0.5 };

const plansOf = (prompt: string, { negativePrompt = '', seeds = [1, 2, 3, 4], from = null as typeof source | null } = {}) =>
  interpretPrompt(sticker, { prompt, negativePrompt, seeds, source: from });
/** What each seed draws, a list of things each. */
const drawnOf = (...of: Parameters<typeof plansOf>) =>
  plansOf(...of).plans.map(({ things }) => things.map(({ drawnAs }) => drawnAs?.en));

describe('the table', () => {
  it.each(Object.keys(kindWords) as KindName[])('has for %s at least four things, each of the vocabulary', (name) => {
    const things: readonly string[] = kindWords[name].things;
    const known = new Set(concepts.map(({ en }) => en));
    expect(things.filter((thing) => !known.has(thing))).toEqual([]);
    expect(new Set(things).size).toBe(things.length);
    expect(things.length).toBeGreaterThanOrEqual(4);
  });

  it('takes no name of a thing, but for those that are too many to be one picture', () => {
    const isKind = (name: string) => kindIn(foldPrompt(name), sticker, lexiconOf(sticker, sticker.read(name))) !== undefined;
    const taken = concepts.flatMap(({ en, fr }) => [en, fr]).filter(isKind);
    // "A flat shoe" is a shoe in the style of that name.
    expect(new Set(taken)).toEqual(new Set(['bird', 'oiseau', 'flat shoe']));
  });

  it('has kinds that no earlier one hides', () => {
    const words = [
      'farm animals',
      'animaux marins',
      'magical creature',
      'pet',
      'reptile',
      'animal',
      'oiseaux',
      'musical instrument',
    ];
    const found = words.map((word) => kinds.find(({ pattern }) => word.search(pattern) >= 0)!.name);
    expect(found).toEqual([
      'farm animal',
      'sea animal',
      'fantasy creature',
      'pet',
      'reptile',
      'animal',
      'bird',
      'musical instrument',
    ]);
  });
});

describe('a kind', () => {
  it.each([
    ['an animal', 'animal'],
    ['un animal', 'animal'],
    ['fruit', 'fruit'],
    ['a red vehicle', 'vehicle'],
    ['bâtiment 3d', 'building'],
    ['flower', 'flower'],
    ['insecte', 'insect'],
    ['a kind of animal', 'animal'],
    ['une sorte d’oiseau', 'bird'],
    ['petit monstre mignon', 'fantasy creature'],
    ['a happy animal', 'animal'],
    ['un animal dans la neige', 'animal'],
    ['aircraft', 'aircraft'],
  ] as const)('"%s" is another one of its things for each of four seeds', (prompt, name) => {
    const { plans, warnings } = plansOf(prompt);
    const drawn = plans.map(({ things: [thing] }) => thing!.drawnAs!.en);
    expect(new Set(drawn).size).toBe(4);
    expect(drawn.every((thing) => (kindWords[name].things as readonly string[]).includes(thing))).toBe(true);
    expect(plans[0]!.things[0]!.prompt).toContain(foldPrompt(drawn[0]!));
    expect(partsOf(plans[0]!)).toContain(`kind: ${name}, drawn as ${drawn[0]} (${plans[0]!.things[0]!.drawnAs!.fr})`);
    expect(warnings).toEqual([]);
    expect(plansOf(prompt).plans).toEqual(plans);
    expect(readWithRules(sticker, prompt).coverage).toBe(1);
  });

  it.each([
    'animal fox',
    'potted plant',
    'black bird',
    'fruit salad',
    'happy face',
    'oiseau noir',
    'a tree',
    'un poisson',
    'hat',
  ])('is none in "%s"', (prompt) =>
    expect(
      drawnOf(prompt)
        .flat()
        .every((thing) => thing === undefined),
    ).toBe(true),
  );

  it('keeps its colour and style, and loses what only describes it', () => {
    const [plan] = plansOf('a cute red animal, 3d', { seeds: [0] }).plans;
    expect(plan!.things).toMatchObject([{ prompt: expect.stringMatching(/^fox, .*3d$/), colour: 'red' }]);
    expect(plan!.things[0]!.prompt).not.toMatch(/cute|red/);
    expect(plansOf('un animal rose').plans[0]!.things[0]!.colour).toBe('pink');
  });

  it('is several things where several are asked for, and its own for each kind', () => {
    for (const drawn of drawnOf('three animals')) expect(new Set(drawn).size).toBe(3);
    const [first, second] = drawnOf('three animals');
    expect(first!.filter((thing) => second!.includes(thing))).toEqual([]);
    const [plan] = plansOf('a fruit and an animal').plans;
    expect(partsOf(plan!).slice(0, 2)).toEqual([
      'kind: fruit, drawn as banana (banane)',
      'kind: animal, drawn as elephant (éléphant)',
    ]);
    expect(drawnOf('a bird and a cat')[0]).toEqual([expect.any(String), undefined]);
  });

  it.each([
    ['animal', 'cat', ['cat']],
    ['animal', 'chat', ['cat']],
    ['animal', '🐱', ['cat']],
    ['animal', 'birds', ['owl', 'penguin']],
    ['fruit', 'banana, red', ['banana']],
  ])('"%s" without "%s" is never one of %s', (prompt, negativePrompt, never) => {
    const drawn = drawnOf(prompt, { negativePrompt, seeds: [...Array(40).keys()] }).flat();
    expect(drawn.filter((thing) => never.includes(thing!))).toEqual([]);
    expect(new Set(drawn).size).toBeGreaterThan(9);
  });

  it('has each of its things in each pose', () => {
    const { plans } = plansOf('animal, 3d', { seeds: [...Array(160).keys()] });
    const owls = plans.flatMap(({ things: [thing] }) => (thing!.drawnAs!.en === 'owl' ? [thing!] : []));
    expect(new Set(owls.map(({ pose }) => `${pose?.mirrored} ${Math.sign(pose?.tilt ?? 0)}`)).size).toBe(4);
    for (let seed = 0; seed < 156; seed++)
      expect(new Set(plans.slice(seed, seed + 4).map(({ things: [thing] }) => thing!.drawnAs!.en)).size).toBe(4);
  });

  it('is known by a misspelt word, which is said', () => {
    const { plans, warnings } = plansOf('an anmial');
    expect(plans[0]!.things[0]!.drawnAs).toBeDefined();
    expect(warnings).toMatchObject([{ code: 'guessed_words', words: ['anmial'] }]);
  });

  it('is drawn even if all of it is unwanted', () => {
    expect(drawnOf('animal', { negativePrompt: 'animal' })[0]).toEqual([expect.any(String)]);
  });

  it('is what a source shows', () => {
    expect(plansOf('animal', { from: source }).plans[0]!.things).toEqual([{ prompt: 'animal', colour: null }]);
  });
});

describe('a word that names no thing of its own', () => {
  it.each([
    ['a bottle', 'bottle', ['baby bottle', 'bottle with popping cork', 'lotion bottle']],
    ['a red fist', 'fist', ['left-facing fist', 'oncoming fist', 'raised fist', 'right-facing fist']],
    ['water bottle, flat', 'water bottle', ['baby bottle', 'bottle with popping cork', 'lotion bottle']],
    ['a bowl', 'bowl', ['bowl with spoon', 'steaming bowl']],
    ['bonhomme 3d', 'bonhomme', ['snowman', 'snowman without snow']],
    ['I want a bottle for you', 'bottle', ['baby bottle', 'bottle with popping cork', 'lotion bottle']],
  ])('"%s" is drawn as one of the things that it may mean', (prompt, name, things) => {
    const { plans, warnings } = plansOf(prompt, { seeds: [...Array(40).keys()] });
    const drawn = new Set(plans.map(({ things: [thing] }) => thing!.drawnAs!.en));
    expect([...drawn].toSorted()).toEqual(things);
    expect(plans[0]!.things[0]!.kind!.name).toBe(name);
    expect(partsOf(plans[0]!)[0]).toMatch(`kind: ${name}, drawn as `);
    expect(warnings).toEqual([]);
  });

  it.each([
    'a water buffalo',
    'a cat',
    'four leaf clover',
    'baby bottle',
    'a house',
    '🍼',
    'a happy dog',
    'x-ray',
    'happy 🎃',
    'les sept nains',
  ])('is none in "%s"', (prompt) => expect(plansOf(prompt).plans[0]!.things[0]).not.toHaveProperty('kind'));

  it('keeps its colour, and several are different ones', () => {
    expect(plansOf('a red bottle').plans[0]!.things[0]).toMatchObject({ colour: 'red', drawnAs: { en: expect.any(String) } });
    expect(new Set(drawnOf('two bottles')[0]).size).toBe(2);
  });
});
