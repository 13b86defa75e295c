import type { RgbaPicture } from '@rendermart/diffusion';

/*
 * Gives a drawn thing another colour by rule, in HSV: shading, outlines and accents stay. The same as `recolour` of
 * training/colours.py, against which a test holds it. Numbers are 0..1, hues in turns.
 */

/** Hue, saturation and value that the coloured pixels of a thing have on average. */
export const colourTargets = {
  red: [0.995, 0.82, 0.86],
  orange: [0.075, 0.88, 0.96],
  yellow: [0.138, 0.8, 0.97],
  green: [0.34, 0.68, 0.72],
  turquoise: [0.487, 0.7, 0.8],
  blue: [0.6, 0.76, 0.88],
  purple: [0.758, 0.66, 0.78],
  pink: [0.925, 0.48, 0.97],
  brown: [0.065, 0.62, 0.48],
  black: [0, 0.04, 0.2],
  white: [0, 0.03, 0.94],
  grey: [0, 0.04, 0.58],
} as const;

export type Colour = keyof typeof colourTargets;

export const isColour = (name: string): name is Colour => Object.hasOwn(colourTargets, name);

/** How much of the variation of hue around the main hue is kept. */
const hueSpread = 0.15;
/** Hues farther than this from the main one are accents, and keep their colour. */
const accentFrom = 0.2;
const hueBins = 36;

type Plane = Float32Array;

interface Hsv {
  hue: Plane;
  saturation: Plane;
  value: Plane;
}

const clamp = (x: number, low = 0, high = 1): number => (x < low ? low : x > high ? high : x);
/** Signed shortest way from `b` to `a` on the circle, -0.5 … 0.5. */
const hueDistance = (a: number, b: number): number => {
  const turned = a - b + 0.5;
  return turned - Math.floor(turned) - 0.5;
};

/** Straight RGBA bytes as four planes, colours premultiplied: an average of them gives each pixel the weight of its alpha. */
function planesOf({ rgba }: RgbaPicture): [red: Plane, green: Plane, blue: Plane, alpha: Plane] {
  const count = rgba.length / 4;
  const planes = [0, 1, 2, 3].map(() => new Float32Array(count)) as [Plane, Plane, Plane, Plane];
  for (let i = 0; i < count; i++) {
    const alpha = rgba[i * 4 + 3]! / 255;
    for (let channel = 0; channel < 3; channel++) planes[channel]![i] = (rgba[i * 4 + channel]! / 255) * alpha;
    planes[3][i] = alpha;
  }
  return planes;
}

/** Mean over `reach` pixels on either side along one axis; the border repeats. */
function meanAlong(plane: Plane, lines: number, length: number, step: number, lineStep: number, reach: number): Plane {
  const mean = new Float32Array(plane.length);
  for (let line = 0; line < lines; line++) {
    const at = (i: number) => line * lineStep + clamp(i, 0, length - 1) * step;
    let sum = 0;
    for (let i = -reach; i <= reach; i++) sum += plane[at(i)]!;
    for (let i = 0; i < length; i++) {
      mean[at(i)] = sum / (2 * reach + 1);
      sum += plane[at(i + reach + 1)]! - plane[at(i - reach)]!;
    }
  }
  return mean;
}

function soften(plane: Plane, { width, height }: RgbaPicture): Plane {
  const reach = Math.floor(height / 128);
  if (reach === 0) return plane;
  return meanAlong(meanAlong(plane, height, width, 1, width, reach), width, height, width, 1, reach);
}

function toHsv(planes: readonly [Plane, Plane, Plane, Plane]): Hsv {
  const count = planes[3].length;
  const hsv = { hue: new Float32Array(count), saturation: new Float32Array(count), value: new Float32Array(count) };
  for (let i = 0; i < count; i++) {
    const alpha = Math.max(planes[3][i]!, 1e-3);
    const [red, green, blue] = [clamp(planes[0][i]! / alpha), clamp(planes[1][i]! / alpha), clamp(planes[2][i]! / alpha)];
    const [high, low] = [Math.max(red, green, blue), Math.min(red, green, blue)];
    const span = Math.max(high - low, 1e-6);
    const sector = red === high ? (green - blue) / span : green === high ? 2 + (blue - red) / span : 4 + (red - green) / span;
    hsv.hue[i] = (sector / 6 + 1) % 1;
    hsv.saturation[i] = (high - low) / Math.max(high, 1e-6);
    hsv.value[i] = high;
  }
  return hsv;
}

/** The middle of the most frequent hues: the mode of a smoothed histogram, and the mean around it. */
function dominantHue(hue: Plane, weight: Plane): number {
  const bins = new Float64Array(hueBins);
  for (let i = 0; i < hue.length; i++) bins[Math.min(hueBins - 1, Math.floor(hue[i]! * hueBins))]! += weight[i]!;
  const bin = (i: number) => bins[(i + hueBins) % hueBins]!;
  const smooth = Array.from(bins, (own, i) => own + 0.7 * (bin(i - 1) + bin(i + 1)) + 0.2 * (bin(i - 2) + bin(i + 2)));
  const centre = (smooth.indexOf(Math.max(...smooth)) + 0.5) / hueBins;
  let [offset, near] = [0, 0];
  for (let i = 0; i < hue.length; i++) {
    const distance = hueDistance(hue[i]!, centre);
    if (Math.abs(distance) >= 0.08) continue;
    offset += distance * weight[i]!;
    near += weight[i]!;
  }
  return (centre + offset / Math.max(near, 1e-6) + 1) % 1;
}

interface Body {
  /** How far each pixel belongs to what the thing's colour is, up to its alpha. */
  weight: Plane;
  /** The hue that the thing has. */
  main: number;
  /** 1 for a thing without a colour of its own. */
  greyness: number;
}

const sumOf = (plane: Plane): number => plane.reduce((sum, value) => sum + value, 0);

/** Accents are left out; where little is coloured (elephant, panda, cup), light and middle greys belong to the body. */
function findBody(alpha: Plane, { hue, saturation, value }: Hsv): Body {
  const coloured = alpha.map((a, i) => a * clamp((saturation[i]! - 0.12) / 0.2) * clamp((value[i]! - 0.08) / 0.1));
  const main = dominantHue(
    hue,
    coloured.map((weight, i) => weight * saturation[i]! * value[i]!),
  );
  const weight = coloured.map((share, i) => share * clamp((accentFrom + 0.05 - Math.abs(hueDistance(hue[i]!, main))) / 0.05));
  const greyness = clamp((0.45 - sumOf(weight) / Math.max(sumOf(alpha), 1e-6)) / 0.15);
  if (greyness > 0)
    for (let i = 0; i < weight.length; i++) {
      // The network's greys have faint clouds of colour: these are no accents.
      const grey = alpha[i]! * (1 - clamp((saturation[i]! - 0.3) / 0.2));
      weight[i] = Math.max(weight[i]!, grey * clamp((value[i]! - 0.22) / 0.2) * greyness);
    }
  return { weight, main, greyness };
}

function meanOf(plane: Plane, weight: Plane): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < plane.length; i++) {
    sum += plane[i]! * weight[i]!;
    total += weight[i]!;
  }
  return sum / Math.max(total, 1e-6);
}

/** What a value becomes, so that their mean becomes `wanted`. */
function valueCurve(mean: number, wanted: number, neutral: boolean): (value: number) => number {
  const from = clamp(mean, 0.05, 0.98);
  const softened = (amount: number) => (neutral ? amount : 1 + 0.75 * (amount - 1));
  // Lighten by a power (white stays white), darken by a factor (a power leaves saturated colours bright).
  const power = softened(clamp(Math.log(wanted) / Math.log(from), 0.12));
  const factor = softened(wanted / from);
  return wanted > from ? (value) => clamp(value, 1e-4) ** power : (value) => clamp(value * factor);
}

function hsvToRgb(hue: number, saturation: number, value: number, channel: number): number {
  const sector = ([5, 3, 1][channel]! + hue * 6) % 6;
  return value * (1 - saturation * clamp(Math.min(sector, 4 - sector)));
}

/** The picture with its main colour turned into another; transparency is not touched. */
export function recolour(picture: RgbaPicture, colour: Colour): RgbaPicture {
  const [targetHue, targetSaturation, targetValue] = colourTargets[colour];
  const planes = planesOf(picture);
  // What belongs to the colour is decided on a softened picture, so that grain does not become blotches.
  const near = toHsv(planes.map((plane) => soften(plane, picture)) as [Plane, Plane, Plane, Plane]);
  const body = findBody(planes[3], near);
  const neutral = targetSaturation < 0.1;
  const value = brightnessOf(picture, neutral);
  const curve = valueCurve(meanOf(value, body.weight), targetValue, neutral);
  const turn = targetSaturation / Math.max(meanOf(near.saturation, body.weight), 0.15);
  const rgba = new Uint8Array(picture.rgba);
  for (let i = 0; i < value.length; i++) {
    const mix = clamp(body.weight[i]! / Math.max(planes[3][i]!, 1e-3));
    if (mix === 0) continue;
    const turned = clamp(near.saturation[i]! * turn);
    const saturation = neutral ? targetSaturation : turned + (0.85 * targetSaturation - turned) * body.greyness;
    const hue = (targetHue + hueSpread * hueDistance(near.hue[i]!, body.main) * (1 - body.greyness) + 1) % 1;
    const lit = curve(value[i]!);
    for (let channel = 0; channel < 3; channel++) {
      const painted = hsvToRgb(hue, saturation, lit, channel) * 255;
      rgba[i * 4 + channel] = Math.round(rgba[i * 4 + channel]! * (1 - mix) + painted * mix);
    }
  }
  return { ...picture, rgba };
}

/** How light each pixel is. A fully saturated red has value 1, so what is to become grey starts from its brightness as well. */
function brightnessOf({ rgba }: RgbaPicture, neutral: boolean): Plane {
  return Float32Array.from({ length: rgba.length / 4 }, (_, i) => {
    const [red, green, blue] = [rgba[i * 4]! / 255, rgba[i * 4 + 1]! / 255, rgba[i * 4 + 2]! / 255];
    const value = Math.max(red, green, blue);
    return neutral ? 0.5 * value + 0.5 * (0.3 * red + 0.59 * green + 0.11 * blue) : value;
  });
}
