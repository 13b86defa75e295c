import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { poseForms, proceduralWords, splitPart, thingIn } from './procedural-words.ts';

const engine = path.resolve(import.meta.dirname, '../../../packages/engines/src/local');
const read = (file: string) => readFileSync(path.join(engine, file), 'utf8');
/** The keys of a table of the engine's source. */
const keysOf = (source: string, name: string) => {
  const table = new RegExp(`const ${name}[^=]*= \\{([^}]*)\\}`).exec(source)?.[1];
  if (table === undefined) throw new Error(`The engine has no table ${name}: this test must learn its new name`);
  return [...table.matchAll(/^\s*(\w+)(?=[,:])/gm)].map(([, key]) => key!);
};
const relations = [...read('composing/words.ts').matchAll(/relation: '(\w+)'/g)].map(([, relation]) => relation!);
const chosen = read('composing/parts.ts').match(/, (chosen by the seed)`/)?.[1];
const vocabulary = readFileSync(path.resolve(import.meta.dirname, '../../../models/sticker-one/vocabulary.json'), 'utf8');
const shippedStyles = [...Object.keys((JSON.parse(vocabulary) as { styles: object }).styles), chosen ?? 'how a style is chosen'];
const treatments = [...read('composing/parts.ts').matchAll(/'style: ([^']+)'/g)].map(([, text]) => text!);
const kinds = [...read('composing/kind-words.ts').matchAll(/^ {2}(?:'([^']+)'|(\w+)): \{/gm)].map(
  ([, quoted, bare]) => quoted ?? bare!,
);

test.each([
  ['places', keysOf(read('scenes/scene.ts'), 'places')],
  ['times', keysOf(read('scenes/scene.ts'), 'lights').flatMap((time) => (time === 'day' ? [] : [`at ${time}`]))],
  ['weather', keysOf(read('composing/words.ts'), 'weatherWords')],
  ['patterns', ['plain', ...keysOf(read('composing/words.ts'), 'patternWords')]],
  ['relations', relations],
  ['treatments', treatments],
  ['styles', shippedStyles],
  ['colours', keysOf(read('composing/recolour.ts'), 'colourTargets')],
  ['kinds', ['kind', ...kinds]],
  [
    'surfaces',
    ['surfaces', ...[...read('composing/parts.ts').matchAll(/'surfaces: ([^']+)'/g)].flatMap(([, text]) => text!.split(', '))],
  ],
  ['dresses', [...['dress', 'frame'].filter((word) => read('composing/parts.ts').includes(`\`${word}: `)), ...shippedStyles]],
  ['poses', ['pose', 'mirrored', 'each thing its own'].filter((word) => read('composing/parts.ts').includes(word))],
])('every word that the engine uses for %s has a text in each language', (_kind, words) => {
  expect(words.length).toBeGreaterThan(1);
  expect(words.filter((word) => !(word in proceduralWords))).toEqual([]);
});

test('every pose that the engine names is understood', () => {
  const named = readFileSync(path.join(engine, 'composing/pose.test.ts'), 'utf8').matchAll(/'pose: ([^']+)'/g);
  const words = [...named].flatMap(([, said]) => said!.split(', '));
  const isKnown = (word: string) => word in proceduralWords || Object.values(poseForms).some((form) => form.test(word));
  expect(words.length).toBeGreaterThan(4);
  expect(words.filter((word) => !isKnown(word))).toEqual([]);
});

test.each([
  ['scene: beach, at night, rain', { kind: 'scene', words: ['beach', 'at night', 'rain'] }],
  ['background: gradient, #ff9fc4 and #5aa9f0', { kind: 'background', words: ['gradient', '#ff9fc4 and #5aa9f0'] }],
  ['layout: 2 things, left', { kind: 'layout', words: ['2 things', 'left'] }],
  ['colour: purple, red', { kind: 'colour', words: ['purple', 'red'] }],
  [
    'kind: animal, drawn as fox (renard), owl (hibou)',
    { kind: 'kind', words: ['animal', 'drawn as fox (renard)', 'owl (hibou)'] },
  ],
  ['surfaces: one colour each, palette of the style', { kind: 'surfaces', words: ['one colour each', 'palette of the style'] }],
  ['pose: mirrored, tilted 6° left', { kind: 'pose', words: ['mirrored', 'tilted 6° left'] }],
  ['dress: sticker', { kind: 'dress', words: ['sticker'] }],
  ['frame: 3d', { kind: 'frame', words: ['3d'] }],
  ['dress: sticker, over 3d', { kind: 'dress', words: ['sticker', 'over 3d'] }],
  ['style: pixel art (coarse grid, few colours)', { kind: 'style', words: ['pixel art (coarse grid, few colours)'] }],
  ['style: flat, chosen by the seed', { kind: 'style', words: ['flat', 'chosen by the seed'] }],
  ['a frame of gold', null],
])('%s is taken apart', (part, expected) => expect(splitPart(part)).toEqual(expected));

test('a thing of a kind is named in the language of the reader', () => {
  expect(thingIn('en', 'fox (renard)')).toBe('fox');
  expect(thingIn('fr', 'fox (renard)')).toBe('renard');
  expect(thingIn('fr', 'fox')).toBeUndefined();
});
