import table from './palettes.json' with { type: 'json' };

/** A colour, in 0..255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** A style whose artists keep to few colours. */
export type PaintedStyle = keyof typeof table;

/** Whether a style has a palette. */
export const isPainted = (style: string): style is PaintedStyle => Object.hasOwn(table, style);

interface Swatch {
  colour: Rgb;
  /** How much of all surfaces has it, of ten thousand. */
  share: number;
}

/** The colours that artists of each style use most, as training/record_surfaces.py wrote them. */
const palettes = Object.fromEntries(
  Object.entries(table).map(([style, { colours, shares }]) => {
    const share = shares.split(' ').map(Number);
    return [style, colours.split(' ').map((hex, i): Swatch => ({ colour: rgbOf(hex), share: share[i]! }))];
  }),
) as Record<PaintedStyle, Swatch[]>;

function rgbOf(hex: string): Rgb {
  const [red, green, blue] = Buffer.from(hex, 'hex');
  return [red!, green!, blue!];
}

const squaredDistance = (one: Rgb, other: Rgb): number =>
  (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2;

/** Distance, along red, green and blue together, up to which a colour becomes one of a palette. */
const near = 0.07 * 255;

/** The nearest colour of a palette; the colour itself if none is within a distance. */
function nearest(colour: Rgb, palette: readonly Swatch[], within = Infinity): Rgb {
  let [found, least] = [colour, within ** 2];
  for (const { colour: one } of palette) {
    const distance = squaredDistance(one, colour);
    if (distance < least) [found, least] = [one, distance];
  }
  return found;
}

/** A colour, or the nearest of the palettes of some styles if this is near. */
export function nearPalettes(styles: readonly PaintedStyle[]): (colour: Rgb) => Rgb {
  const palette = styles.flatMap((style) => palettes[style]);
  return (colour) => nearest(colour, palette, near);
}

const rounds = 8;

/** Moves a colour to the mean of a palette around it; spread: standard deviation, of 255. */
function meanAround(colour: Rgb, palette: readonly Swatch[], spread: number): Rgb {
  let [red, green, blue, total] = [0, 0, 0, 0];
  for (const { colour: one, share } of palette) {
    const weight = share * Math.exp(-squaredDistance(one, colour) / (2 * spread ** 2));
    red += weight * one[0];
    green += weight * one[1];
    blue += weight * one[2];
    total += weight;
  }
  return total > 1e-5 ? [red / total, green / total, blue / total] : colour;
}

/** Degrees that the hue of a colour may turn: a red heart stays red. */
const turn = 35;
/** Differences of the largest and the least of red, green and blue, from which on a colour is one, and up to which it is grey. */
const [colourful, grey] = [0.35 * 255, 0.08 * 255];

function hueOf([red, green, blue]: Rgb): { hue: number; chroma: number } {
  const most = Math.max(red, green, blue);
  const chroma = most - Math.min(red, green, blue);
  const part = Math.max(chroma, 1e-6);
  const sixths = most === red ? (green - blue) / part : most === green ? (blue - red) / part + 2 : (red - green) / part + 4;
  return { hue: sixths * 60, chroma };
}

/** Whether a colour became another in the eyes of people: another hue, grey, or no longer grey. */
function isAnother(before: Rgb, after: Rgb): boolean {
  const [was, is] = [hueOf(before), hueOf(after)];
  const turned = Math.abs(((((is.hue - was.hue + 180) % 360) + 360) % 360) - 180);
  return was.chroma > colourful ? is.chroma < grey || turned > turn : was.chroma < grey && is.chroma > colourful;
}

/**
 * A colour as artists of a style have it: where their colours are densest around it (mean shift, weighed by how much they use
 * each); the nearest of theirs where it would become another colour.
 * @param spread standard deviation, of 1, of the colours around one
 */
export function intoPalette(style: PaintedStyle, spread: number): (colour: Rgb) => Rgb {
  const palette = palettes[style];
  return (colour) => {
    let moving = colour;
    for (let round = 0; round < rounds; round++) moving = meanAround(moving, palette, spread * 255);
    return nearest(isAnother(colour, moving) ? colour : moving, palette);
  };
}
