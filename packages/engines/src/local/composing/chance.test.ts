import { fileURLToPath } from 'node:url';
import { readModelFolder } from '@rendermart/diffusion';
import { describe, expect, it } from 'vitest';
import { interpretPrompt } from '../prompt.ts';
import { chosenBy, inTurn } from './chance.ts';
import dressing from './dressing.json' with { type: 'json' };
import { partsOf } from './parts.ts';

const sticker = await readModelFolder(fileURLToPath(new URL('../../../../../models/sticker-one', import.meta.url)));
const picture = { bytes: new Uint8Array(), mediaType: 'image/png', width: 256, height: 256 } as const;
const source = { picture, denoisingStrength: 0.5 };
const stylesOf = (prompt: string, seeds: readonly number[], from: typeof source | null = null) =>
  interpretPrompt(sticker.words!, { prompt, negativePrompt: '', seeds: [...seeds], source: from }).plans.map(
    ({ style }) => style,
  );
const seeds = [...Array(60).keys()];

describe('a style chosen by the seed', () => {
  it('differs between seeds, and takes every style now and then', () => {
    const styles = stylesOf('a fox', seeds);
    expect(new Set(styles)).toEqual(new Set(['3d', 'flat', 'cartoon', 'icon', 'blob', 'sticker']));
    expect(styles).toEqual(stylesOf('a fox', seeds));
    for (let seed = 0; seed < 56; seed++) expect(new Set(styles.slice(seed, seed + 4)).size).toBeGreaterThan(1);
  });

  it('is one in which somebody drew the thing, if there are some', () => {
    const undrawn = new Map<string, string[]>();
    for (const [style, dresses] of Object.entries<Record<string, string>>(dressing))
      for (const name of Object.values(dresses).flatMap((names) => names.split('|')))
        undrawn.set(name, [...(undrawn.get(name) ?? []), style]);
    const withUndrawn = (count: number) => [...undrawn].find(([, styles]) => styles.length === count)!;
    for (const count of [1, 2, 3]) {
      const [name, styles] = withUndrawn(count);
      const chosen = new Set(stylesOf(name, seeds));
      expect(chosen.size).toBe(6 - count);
      expect(styles.filter((style) => chosen.has(style))).toEqual([]);
    }
    expect(new Set(stylesOf(withUndrawn(4)[0], seeds)).size).toBe(6);
    // Nobody dresses what becomes pixels or lines.
    for (const treatment of ['pixel art', 'line drawing', 'dessin au trait'])
      expect(new Set(stylesOf(`${withUndrawn(4)[0]}, ${treatment}`, seeds)).size).toBe(2);
  });

  it('is the same for all things of a picture, and stands in its recipe', () => {
    const [plan] = interpretPrompt(sticker.words!, {
      prompt: 'a cat and a dog',
      negativePrompt: '',
      seeds: [3],
      source: null,
    }).plans;
    expect(plan!.things).toHaveLength(2);
    expect(partsOf(plan!)).toContain(`style: ${plan!.style}, chosen by the seed`);
  });

  it.each(['a fox, 3d', 'un renard, dessin', 'a fox, ICON', 'a fox, stickr', 'a fox 3d, pixel art', 'a beach at night'])(
    'is none for "%s", which names one or has no thing',
    (prompt) => expect(stylesOf(prompt, seeds).every((style) => style === undefined)).toBe(true),
  );

  it('is none for a source, which has a style of its own', () => {
    expect(stylesOf('a fox', [1], source)).toEqual([undefined]);
  });

  it('is given to the surprise of an empty prompt too', () => {
    expect(stylesOf('', [1, 2]).every((style) => style !== undefined)).toBe(true);
  });
});

it('choices are always the same, as training/product.py has them', () => {
  const seeds = [0, 1, 17, 2 ** 32 - 1];
  expect(seeds.map((seed) => inTurn(seed, ['a', 'b', 'c', 'd', 'e', 'f']))).toEqual(['d', 'e', 'f', 'e']);
  expect(seeds.map((seed) => chosenBy(seed, ['a', 'b', 'c', 'd', 'e', 'f']))).toEqual(['d', 'c', 'a', 'b']);
  expect(chosenBy(1, [])).toBeUndefined();
});
