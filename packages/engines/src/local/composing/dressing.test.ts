import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type RgbaPicture, readModelFolder } from '@rendermart/diffusion';
import { describe, expect, it } from 'vitest';
import { interpretPrompt } from '../prompt.ts';
import table from './dressing.json' with { type: 'json' };
import { type Dress, dressOf, dressed, withDresses } from './dressing.ts';
import { type FramedStyle, inFrameOf } from './framing.ts';
import { partsOf } from './parts.ts';
import type { Plan } from './plan.ts';
import { type Place, cloudyDisc, pixelAt } from './testing/cloudy-disc.ts';

/** Recorded by training/record_dressing.py. */
const reference = JSON.parse(readFileSync(new URL('dressing.reference.json', import.meta.url), 'utf8')) as {
  spread: number;
  samples: Place[];
  colours: Record<FramedStyle, [number, number, number][]>;
  dresses: Record<string, Record<string, [from: string, spread: number] | null>>;
};
const sticker = (await readModelFolder(fileURLToPath(new URL('../../../../../models/sticker-one', import.meta.url)))).words!;
/** With a hole, and a thin stroke below. */
const drawn = () => cloudyDisc((x, y) => (x - 40) ** 2 + (y - 40) ** 2 < 16 || (Math.abs(y - 90) < 2 && x > 10 && x < 86));

const dress = (as: FramedStyle): Dress => ({ as, from: '3d', spread: reference.spread });

describe('a dressed drawing', () => {
  it.each(Object.entries(reference.colours) as [FramedStyle, number[][]][])('is that of training in %s', (style, colours) => {
    const made = dressed(drawn(), dress(style));
    const apart = reference.samples.flatMap((sample, i) =>
      colours[i]!.map((value, channel) => Math.abs(pixelAt(made, sample)[channel]! - value)),
    );
    expect(Math.max(...apart)).toBeLessThanOrEqual(2);
  });

  it('has the shape of what was drawn, in its frame, and red and blue are still that', () => {
    const given = drawn();
    const made = dressed(given, dress('blob'));
    expect(given).toEqual(drawn());
    const alphaOf = ({ rgba }: RgbaPicture) => rgba.filter((_, i) => i % 4 === 3);
    expect(alphaOf(made)).toEqual(alphaOf(inFrameOf('blob', given)));
    const [red, blue] = [pixelAt(made, [30, 60]), pixelAt(made, [70, 60])];
    expect(red[0]! - Math.max(red[1]!, red[2]!)).toBeGreaterThan(60);
    expect(blue[2]! - blue[0]!).toBeGreaterThan(60);
  });

  it('is shaded as a cartoon: darker along the lower right, a gloss at the upper left, lines as they were', () => {
    const made = dressed(drawn(), dress('cartoon'));
    const light = (place: Place) =>
      pixelAt(made, place)
        .slice(0, 3)
        .reduce((sum, value) => sum + value);
    const along = (from: number) => Array.from({ length: 12 }, (_, i) => light([from + i, from + i]));
    const [redMiddle, blueMiddle] = [light([30, 60]), light([66, 52])];
    expect(Math.max(...along(19))).toBeGreaterThan(redMiddle + 100);
    expect(Math.min(...along(64))).toBeLessThan(blueMiddle - 40);
    expect(new Set([20, 40, 60, 80].map((x) => light([x, 90]))).size).toBe(1);
  });

  it('may be empty', () => {
    const empty = { width: 8, height: 8, rgba: new Uint8Array(8 * 8 * 4) };
    expect(dressed(empty, dress('cartoon'))).toEqual(empty);
  });
});

describe('the table', () => {
  it.each(Object.entries(reference.dresses))('says of "%s" what training says', (text, dresses) => {
    for (const [style, expected] of Object.entries(dresses)) {
      const found = dressOf(text, style, sticker);
      expect(found ? [found.from, found.spread] : null, style).toEqual(expected);
    }
  });

  it('names things and styles of the model', () => {
    const names = new Set(sticker.vocabulary.concepts.map(({ en }) => en));
    const styles = new Set(sticker.vocabulary.styles.values());
    for (const [style, dresses] of Object.entries<Record<string, string>>(table))
      for (const [key, listed] of Object.entries(dresses)) {
        const [from] = key.split(' ');
        expect([style, from].filter((one) => !styles.has(one!))).toEqual([]);
        expect(listed.split('|').filter((name) => !names.has(name))).toEqual([]);
      }
  });
});

/** Things that nobody drew as stickers, from the table: one that is drawn in another style, and one as the network imagines it. */
const [[name, from], [imagined]] = [false, true].map((isImagined) => {
  const [key, names] = Object.entries<string>(table.sticker).find(
    ([one]) => one !== 'sticker 0' && one.startsWith('sticker ') === isImagined,
  )!;
  return [names.split('|')[0]!, key.split(' ')[0]!];
}) as [[string, string], [string, string]];

describe('a plan', () => {
  const planOf = (prompt: string, rest: Partial<Plan> = {}): Plan => ({
    ...{ things: [{ prompt, colour: null }], layout: null, backdrop: null, treatment: null, ruled: [] },
    ...rest,
  });

  it('dresses what nobody drew, and says so', () => {
    for (const plan of [planOf(`${name} sticker`), planOf(name, { style: 'sticker' })]) {
      const dressedPlan = withDresses(plan, sticker);
      expect(dressedPlan.things[0]).toMatchObject({ prompt: name, dress: { as: 'sticker', from } });
      expect(partsOf(dressedPlan)).toContain(`dress: sticker, over ${from}`);
    }
  });

  it('dresses what the network imagines in the style itself', () => {
    const plan = withDresses(planOf(`${imagined} sticker`), sticker);
    expect(plan.things[0]).toMatchObject({ prompt: imagined, dress: { as: 'sticker', from: 'sticker' } });
    expect(partsOf(plan)).toContain('dress: sticker');
  });

  it('only frames what the network imagines well, and says so', () => {
    const [flat, modelled] = [table.flat['flat 0'], table['3d']['3d 0']].map((names) => names.split('|')[0]!);
    expect(partsOf(withDresses(planOf(`${modelled} 3d`), sticker))).toEqual(['frame: 3d']);
    const said = partsOf(withDresses(planOf(`${flat} flat`), sticker));
    expect(said).toEqual(['surfaces: one colour each, palette of the style', 'frame: flat']);
  });

  it.each([
    ['a style that it was drawn in', planOf(`${name} ${from}`)],
    ['two styles', planOf(`${name} sticker ${from}`)],
    ['no style', planOf(name)],
    ['a treatment', planOf(`${name} sticker`, { treatment: 'line' })],
    ['no thing that is known', planOf('unknownword sticker')],
  ])('leaves %s to the network', (_, plan) => {
    expect(withDresses(plan, sticker)).toEqual(plan);
  });

  it('redraws a source picture as it is', () => {
    const job = { prompt: `${name}, sticker`, negativePrompt: '', seeds: [1] };
    const dressOfPlan = (source: null | object) =>
      interpretPrompt(sticker, { ...job, source } as Parameters<typeof interpretPrompt>[1]).plans[0]!.things[0]!.dress;
    expect(dressOfPlan(null)).toMatchObject({ as: 'sticker' });
    expect(dressOfPlan({ image: {}, strength: 0.5 })).toBeUndefined();
  });
});
