import { readFileSync } from 'node:fs';
import type { ModelWords } from '@rendermart/diffusion';
import { describe, expect, it } from 'vitest';
import type { Plan } from './plan.ts';
import { nearPalettes } from './palette.ts';
import { type EvenStyle, inEvenSurfaces, withEvenSurfaces } from './surfaces.ts';
import { type Place, cloudyDisc, pixelAt } from './testing/cloudy-disc.ts';

/** Recorded by training/record_surfaces.py. */
const reference = JSON.parse(readFileSync(new URL('surfaces.reference.json', import.meta.url), 'utf8')) as {
  samples: Place[];
  /** What becomes of each of them in each style. */
  colours: Record<EvenStyle, [number, number, number][]>;
};
describe('even surfaces', () => {
  it.each(Object.entries(reference.colours) as [EvenStyle, number[][]][])('are those of training in %s', (style, colours) => {
    const made = inEvenSurfaces(cloudyDisc(), nearPalettes([style]));
    for (const [i, sample] of reference.samples.entries())
      for (const [channel, value] of colours[i]!.entries())
        expect(Math.abs(pixelAt(made, sample)[channel]! - value)).toBeLessThanOrEqual(2);
  });

  it('have a colour of the palette where one is near, and their own where none is', () => {
    const [red, blue]: [Place, Place] = [
      [30, 40],
      [70, 60],
    ];
    const [flat, sticker] = [
      inEvenSurfaces(cloudyDisc(), nearPalettes(['flat'])),
      inEvenSurfaces(cloudyDisc(), nearPalettes(['sticker'])),
    ];
    expect(pixelAt(sticker, red)).toEqual([0xc9, 0x47, 0x47, 255]);
    expect(pixelAt(flat, red)).not.toEqual(pixelAt(sticker, red));
    expect(pixelAt(flat, blue)).toEqual(pixelAt(sticker, blue));
    expect(pixelAt(inEvenSurfaces(cloudyDisc(), nearPalettes(['flat', 'sticker'])), red)).toEqual(pixelAt(sticker, red));
  });

  it('have one colour each, and two surfaces keep two', () => {
    const made = inEvenSurfaces(cloudyDisc(), nearPalettes(['flat']));
    const inside = (from: number) => Array.from({ length: 20 * 20 }, (_, i): Place => [from + (i % 20), 38 + Math.floor(i / 20)]);
    const coloursFrom = (from: number) => new Set(inside(from).map((place) => pixelAt(made, place).join()));
    expect(coloursFrom(20).size).toBe(1);
    expect(coloursFrom(56).size).toBe(1);
    expect(coloursFrom(20)).not.toEqual(coloursFrom(56));
  });

  it('leave transparency and the picture that they were given alone', () => {
    const given = cloudyDisc();
    const made = inEvenSurfaces(given, nearPalettes(['flat']));
    expect(given).toEqual(cloudyDisc());
    expect(made.rgba.filter((_, i) => i % 4 === 3)).toEqual(given.rgba.filter((_, i) => i % 4 === 3));
    const empty = { width: 8, height: 8, rgba: new Uint8Array(8 * 8 * 4) };
    expect(inEvenSurfaces(empty, nearPalettes(['flat']))).toEqual(empty);
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
