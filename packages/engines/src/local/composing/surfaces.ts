import type { ModelWords, RgbaPicture } from '@rendermart/diffusion';
import type { PaintedStyle, Rgb } from './palette.ts';
import type { Plan } from './plan.ts';
import { type Thing, stylesOf } from './things.ts';

/*
 * Artists of these styles fill each surface with one colour out of few; a network leaves faint clouds on it. So each colour moves
 * to where the picture's colours are densest around it (mean shift: Comaniciu and Meer, 2002), then to the nearest of its style's
 * palette (palette.ts), if that is near. The same as training/surfaces.py, against which a test holds it.
 */
const evenStyles = ['flat', 'icon', 'blob', 'sticker'] as const satisfies readonly PaintedStyle[];
export type EvenStyle = (typeof evenStyles)[number];

/** Whether artists of a style fill each surface with one colour. */
export const isEven = (style: string): style is EvenStyle => evenStyles.some((one) => one === style);

/** A plan whose things have even surfaces where all styles that are asked of them have. */
export function withEvenSurfaces(plan: Plan, model: ModelWords): Plan {
  if (plan.treatment !== null) return plan;
  const things = plan.things.map((thing): Thing => {
    if (thing.dress) return thing;
    const styles = stylesOf(thing, plan, model);
    return styles.length > 0 && styles.every(isEven) ? { ...thing, surfacesOf: styles } : thing;
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
  const inCells = (value: number) => (value / 255) * (cells - 1);
  for (const [i, weight] of weights.entries()) {
    if (weight === 0) continue;
    const [red, green, blue] = [inCells(rgba[i * 4]!), inCells(rgba[i * 4 + 1]!), inCells(rgba[i * 4 + 2]!)];
    const cell = ((Math.floor(red + 0.5) * cells + Math.floor(green + 0.5)) * cells + Math.floor(blue + 0.5)) * 4;
    sums[cell]! += red * weight;
    sums[cell + 1]! += green * weight;
    sums[cell + 2]! += blue * weight;
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

/** Moves a colour, in cells, to the mean of the colours around it, in place; it stays where there are none. */
function moveToMean(colour: Float64Array, sums: Float64Array): void {
  const red = Math.min(cells - 2, Math.floor(colour[0]!));
  const green = Math.min(cells - 2, Math.floor(colour[1]!));
  const blue = Math.min(cells - 2, Math.floor(colour[2]!));
  const [redPart, greenPart, bluePart] = [colour[0]! - red, colour[1]! - green, colour[2]! - blue];
  let [reds, greens, blues, weight] = [0, 0, 0, 0];
  for (let corner = 0; corner < 8; corner++) {
    const [upRed, upGreen, upBlue] = [corner >> 2, (corner >> 1) & 1, corner & 1];
    const share = (upRed ? redPart : 1 - redPart) * (upGreen ? greenPart : 1 - greenPart) * (upBlue ? bluePart : 1 - bluePart);
    const cell = (((red + upRed) * cells + green + upGreen) * cells + blue + upBlue) * 4;
    reds += share * sums[cell]!;
    greens += share * sums[cell + 1]!;
    blues += share * sums[cell + 2]!;
    weight += share * sums[cell + 3]!;
  }
  if (weight > leastPixels) colour.set([reds / weight, greens / weight, blues / weight]);
}

/**
 * A drawn thing with each surface in one colour.
 * @param picture straight RGBA; it is not changed
 * @param settled what becomes of the colour of a surface
 */
export function inEvenSurfaces(picture: RgbaPicture, settled: (colour: Rgb) => Rgb): RgbaPicture {
  const weights = kernel();
  const steps = [4 * cells * cells, 4 * cells, 4];
  const sums = steps.reduce((sum, step) => blurredAlong(sum, step, weights), histogramOf(picture, weightsOf(picture)));
  const colour = new Float64Array(3);
  const evenOf = (rgb: number): number => {
    for (let channel = 0; channel < 3; channel++) colour[channel] = (((rgb >> (8 * channel)) & 255) / 255) * (cells - 1);
    for (let round = 0; round < rounds; round++) moveToMean(colour, sums);
    const [red, green, blue] = colour.map((value) => (value / (cells - 1)) * 255);
    const [r, g, b] = settled([red!, green!, blue!]).map(Math.round);
    return r! | (g! << 8) | (b! << 16);
  };
  const rgba = new Uint8Array(picture.rgba);
  const pixels = new Uint32Array(rgba.buffer);
  const known = new Map<number, number>();
  for (const [i, pixel] of pixels.entries()) {
    if (pixel >>> 24 === 0) continue;
    const rgb = pixel & 0xffffff;
    const even = known.get(rgb) ?? evenOf(rgb);
    known.set(rgb, even);
    pixels[i] = (pixel & 0xff000000) | even;
  }
  return { width: picture.width, height: picture.height, rgba };
}
