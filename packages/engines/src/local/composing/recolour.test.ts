import { readFileSync } from 'node:fs';
import type { RgbaPicture } from '@rendermart/diffusion';
import { describe, expect, it } from 'vitest';
import { type Colour, colourTargets, recolour } from './recolour.ts';

type Kind = 'hues' | 'grey' | 'faint';

interface Reference {
  samples: [x: number, y: number][];
  pictures: Record<Kind, Record<Colour, [number, number, number][]>>;
}

/** Recorded by training/record_recolour.py. */
const reference = JSON.parse(readFileSync(new URL('recolour.reference.json', import.meta.url), 'utf8')) as Reference;
const side = 160;

/** A disc with a soft rim, of many hues, nearly grey, or grey with faint colours: the picture of the reference. */
function drawn(kind: Kind): RgbaPicture {
  const rgba = new Uint8Array(side * side * 4);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const distance = (x - 80) ** 2 + (y - 80) ** 2;
      const shade = 70 + Math.floor((x + y) / 2);
      const tint = (at: number) => (Math.floor(at / 20) % 2) * 40;
      const colours = {
        hues: [120 + ((x * y) % 97), 40 + (x % 120), 30 + (y % 60)],
        grey: [shade, shade + (x % 9), shade],
        faint: [shade + tint(y), shade, shade + tint(x)],
      };
      rgba.set([...colours[kind], distance < 4900 ? 255 : distance < 5600 ? 128 : 0], (y * side + x) * 4);
    }
  return { width: side, height: side, rgba };
}

const at = ({ rgba }: RgbaPicture, [x, y]: readonly [number, number]) => [
  ...rgba.subarray((y * side + x) * 4, (y * side + x) * 4 + 3),
];

describe.each(['hues', 'grey', 'faint'] as const)('a picture of %s', (kind) => {
  it.each(Object.keys(colourTargets) as Colour[])('is painted %s as in training', (colour) => {
    const painted = recolour(drawn(kind), colour);
    for (const [i, sample] of reference.samples.entries()) {
      const expected = reference.pictures[kind][colour][i]!;
      for (const [channel, value] of at(painted, sample).entries())
        expect(Math.abs(value - expected[channel]!)).toBeLessThanOrEqual(2);
    }
  });
});

it('leaves transparency and the picture that it was given alone', () => {
  const before = drawn('hues');
  const given = { ...before, rgba: new Uint8Array(before.rgba) };
  const painted = recolour(given, 'blue');
  expect(given.rgba).toEqual(before.rgba);
  const alphaOf = ({ rgba }: RgbaPicture) => rgba.filter((_, i) => i % 4 === 3);
  expect(alphaOf(painted)).toEqual(alphaOf(before));
});

it('has nothing to paint where nothing is seen', () => {
  const empty = { width: 8, height: 8, rgba: new Uint8Array(8 * 8 * 4) };
  expect(recolour(empty, 'red').rgba).toEqual(empty.rgba);
});
