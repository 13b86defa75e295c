import { readFileSync } from 'node:fs';
import type { ModelWords, RgbaPicture } from '@rendermart/diffusion';
import { describe, expect, it } from 'vitest';
import type { Plan } from './plan.ts';
import { type EvenStyle, inEvenSurfaces, withEvenSurfaces } from './surfaces.ts';

type Place = [x: number, y: number];

/** Recorded by training/record_surfaces.py. */
const reference = JSON.parse(readFileSync(new URL('surfaces.reference.json', import.meta.url), 'utf8')) as {
  samples: Place[];
  /** What becomes of each of them in each style. */
  colours: Record<EvenStyle, [number, number, number][]>;
};
const side = 96;

/** A disc with a soft rim, one half of it red and one blue, both with clouds: the picture of the reference. */
function drawn(): RgbaPicture {
  const rgba = new Uint8Array(side * side * 4);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const distance = (x - 48) ** 2 + (y - 48) ** 2;
      const cloud = (x * 7 + y * 3) % 11;
      const colour = [(x < 48 ? 200 : 40) + cloud, 60 + ((x + y) % 9), (x < 48 ? 50 : 190) + (y % 13)];
      rgba.set([...colour, distance < 1600 ? 255 : distance < 1800 ? 128 : 0], (y * side + x) * 4);
    }
  return { width: side, height: side, rgba };
}

const at = ({ rgba }: RgbaPicture, [x, y]: Place) => [...rgba.subarray((y * side + x) * 4, (y * side + x) * 4 + 4)];

describe('even surfaces', () => {
  it.each(Object.entries(reference.colours) as [EvenStyle, number[][]][])('are those of training in %s', (style, colours) => {
    const made = inEvenSurfaces(drawn(), [style]);
    for (const [i, sample] of reference.samples.entries())
      for (const [channel, value] of colours[i]!.entries())
        expect(Math.abs(at(made, sample)[channel]! - value)).toBeLessThanOrEqual(2);
  });

  it('have a colour of the palette where one is near, and their own where none is', () => {
    const [red, blue]: [Place, Place] = [
      [30, 40],
      [70, 60],
    ];
    const [flat, sticker] = [inEvenSurfaces(drawn(), ['flat']), inEvenSurfaces(drawn(), ['sticker'])];
    expect(at(sticker, red)).toEqual([0xc9, 0x47, 0x47, 255]);
    expect(at(flat, red)).not.toEqual(at(sticker, red));
    expect(at(flat, blue)).toEqual(at(sticker, blue));
    expect(at(inEvenSurfaces(drawn(), ['flat', 'sticker']), red)).toEqual(at(sticker, red));
  });

  it('have one colour each, and two surfaces keep two', () => {
    const made = inEvenSurfaces(drawn(), ['flat']);
    const inside = (from: number) => Array.from({ length: 20 * 20 }, (_, i): Place => [from + (i % 20), 38 + Math.floor(i / 20)]);
    const coloursFrom = (from: number) => new Set(inside(from).map((place) => at(made, place).join()));
    expect(coloursFrom(20).size).toBe(1);
    expect(coloursFrom(56).size).toBe(1);
    expect(coloursFrom(20)).not.toEqual(coloursFrom(56));
  });

  it('leave transparency and the picture that they were given alone', () => {
    const given = drawn();
    const made = inEvenSurfaces(given, ['flat']);
    expect(given).toEqual(drawn());
    expect(made.rgba.filter((_, i) => i % 4 === 3)).toEqual(given.rgba.filter((_, i) => i % 4 === 3));
    const empty = { width: 8, height: 8, rgba: new Uint8Array(8 * 8 * 4) };
    expect(inEvenSurfaces(empty, ['flat'])).toEqual(empty);
  });

  const styles = new Map([
    ['flat', 'flat'],
    ['plat', 'flat'],
    ['3d', '3d'],
  ]);
  const model = { vocabulary: { styles } } as unknown as ModelWords;
  const planOf = (prompt: string, rest: Partial<Plan>): Plan => ({
    ...{ things: [{ prompt, colour: null }], layout: null, backdrop: null, treatment: null, ruled: [] },
    ...rest,
  });
  it.each([
    ['fox flat', {}, ['flat']],
    ['renard plat', {}, ['flat']],
    ['fox', { style: 'icon' }, ['icon']],
    ['fox flat', { style: 'icon' }, ['icon', 'flat']],
    ['fox', {}, undefined],
    ['fox 3d', {}, undefined],
    ['fox flat 3d', {}, undefined],
    ['fox', { style: '3d' }, undefined],
    ['fox flat', { treatment: 'line' as const }, undefined],
  ])('of "%s" with %j: %j', (prompt, rest, styles) => {
    expect(withEvenSurfaces(planOf(prompt, rest), model).things[0]!.surfacesOf).toEqual(styles);
  });
});
