import { splitWords } from '@rendermart/diffusion';
import type { ModelWords, RgbaPicture } from '@rendermart/diffusion';
import type { Plan } from './plan.ts';
import type { Thing } from './things.ts';

/*
 * Artists of these styles fill each surface with one colour; a network leaves faint clouds on it. So each colour moves to where
 * the picture's colours are densest around it (mean shift: Comaniciu and Meer, 2002). The same as training/surfaces.py, against
 * which a test holds it.
 */
const evenStyles: ReadonlySet<string> = new Set(['flat', 'icon', 'blob', 'sticker']);

/** A plan whose things have even surfaces where all styles that are asked of them have. */
export function withEvenSurfaces(plan: Plan, { vocabulary }: ModelWords): Plan {
  if (plan.treatment !== null) return plan;
  const things = plan.things.map((thing): Thing => {
    const named = splitWords(thing.prompt).flatMap(({ folded }) => vocabulary.styles.get(folded) ?? []);
    const styles = plan.style === undefined ? named : [plan.style, ...named];
    return styles.length > 0 && styles.every((style) => evenStyles.has(style)) ? { ...thing, evenSurfaces: true } : thing;
  });
  return { ...plan, things };
}

/** Cells of the histogram along red, green and blue. */
const cells = 32;
/** Standard deviation, in cells, of what counts as one colour; cells that are looked at on each side. */
const spread = 0.03 * (cells - 1);
const reach = 3;
const rounds = 5;
/** Sum of differences to the four neighbours, of 1, at which a pixel is the edge between two surfaces and counts little. */
const edge = 0.06;
/** Pixels around a colour below which it stays as it is. */
const leastPixels = 0.05;

type Colour = [red: number, green: number, blue: number];

/** How much each pixel says about the colours of surfaces. */
function weightsOf({ width, height, rgba }: RgbaPicture): Float64Array {
  const premultiplied = new Float64Array(rgba.length);
  for (let i = 0; i < rgba.length; i++) {
    const alpha = rgba[i | 3]! / 255;
    premultiplied[i] = (i & 3) === 3 ? alpha : (rgba[i]! / 255) * alpha;
  }
  const change = new Float64Array(width * height);
  const compare = (from: number, to: number) => {
    let most = 0;
    for (let channel = 0; channel < 4; channel++)
      most = Math.max(most, Math.abs(premultiplied[from * 4 + channel]! - premultiplied[to * 4 + channel]!));
    change[from]! += most;
    change[to]! += most;
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (x + 1 < width) compare(at, at + 1);
      if (y + 1 < height) compare(at, at + width);
    }
  return change.map((sum, i) => premultiplied[i * 4 + 3]! * Math.exp(-((sum / edge) ** 2)));
}

/** Weighted sums of colours, in cells, and of weights: four numbers a cell. */
function histogramOf({ rgba }: RgbaPicture, weights: Float64Array): Float64Array {
  const sums = new Float64Array(cells ** 3 * 4);
  for (const [i, weight] of weights.entries()) {
    if (weight === 0) continue;
    const colour = [0, 1, 2].map((channel) => (rgba[i * 4 + channel]! / 255) * (cells - 1)) as Colour;
    const [red, green, blue] = colour.map((value) => Math.floor(value + 0.5)) as Colour;
    const cell = ((red * cells + green) * cells + blue) * 4;
    for (let channel = 0; channel < 3; channel++) sums[cell + channel]! += colour[channel]! * weight;
    sums[cell + 3]! += weight;
  }
  return sums;
}

function kernel(): number[] {
  const bell = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * spread ** 2)));
  const total = bell.reduce((sum, value) => sum + value);
  return bell.map((value) => value / total);
}

/** The histogram blurred along one colour; step: numbers from a cell to its neighbour. */
function blurredAlong(sums: Float64Array, step: number, weights: readonly number[]): Float64Array {
  const blurred = new Float64Array(sums.length);
  for (let cell = 0; cell < sums.length; cell += 4) {
    if (sums[cell + 3] === 0) continue;
    const place = Math.floor(cell / step) % cells;
    for (let i = Math.max(-reach, -place); i <= Math.min(reach, cells - 1 - place); i++)
      for (let channel = 0; channel < 4; channel++)
        blurred[cell + i * step + channel]! += sums[cell + channel]! * weights[i + reach]!;
  }
  return blurred;
}

/** The mean of the colours around a colour, all in cells; itself where there are none. */
function meanAround(colour: Colour, sums: Float64Array): Colour {
  const low = colour.map((value) => Math.min(cells - 2, Math.floor(value))) as Colour;
  const total = [0, 0, 0, 0];
  for (let corner = 0; corner < 8; corner++) {
    let [share, cell] = [1, 0];
    for (let channel = 0; channel < 3; channel++) {
      const upper = (corner >> channel) & 1;
      const part = colour[channel]! - low[channel]!;
      share *= upper ? part : 1 - part;
      cell = cell * cells + low[channel]! + upper;
    }
    for (let i = 0; i < 4; i++) total[i]! += share * sums[cell * 4 + i]!;
  }
  const [red, green, blue, weight] = total as [...Colour, number];
  return weight > leastPixels ? [red / weight, green / weight, blue / weight] : colour;
}

/**
 * A drawn thing with each surface in one colour.
 * @param picture straight RGBA; it is not changed
 */
export function inEvenSurfaces(picture: RgbaPicture): RgbaPicture {
  const weights = kernel();
  const steps = [4 * cells * cells, 4 * cells, 4];
  const sums = steps.reduce((sum, step) => blurredAlong(sum, step, weights), histogramOf(picture, weightsOf(picture)));
  const known = new Map<number, Colour>();
  const evenOf = (red: number, green: number, blue: number): Colour => {
    let colour = [red, green, blue].map((value) => (value / 255) * (cells - 1)) as Colour;
    for (let round = 0; round < rounds; round++) colour = meanAround(colour, sums);
    return colour.map((value) => Math.round((value / (cells - 1)) * 255)) as Colour;
  };
  const rgba = new Uint8Array(picture.rgba);
  for (let i = 0; i < rgba.length; i += 4) {
    if (rgba[i + 3] === 0) continue;
    const [red, green, blue] = [rgba[i]!, rgba[i + 1]!, rgba[i + 2]!];
    const key = (red << 16) | (green << 8) | blue;
    const even = known.get(key) ?? evenOf(red, green, blue);
    known.set(key, even);
    rgba.set(even, i);
  }
  return { width: picture.width, height: picture.height, rgba };
}
