import type { RgbaPicture } from '@rendermart/diffusion';

/*
 * Cartoon shading: each surface gets a shadow along its lower right edge and a gloss inside its upper left one, as artists of
 * cartoons shade. The same as training/shading.py, against which a test holds it. Distances are whole numbers (chamfer 3-4:
 * Borgefors, 1986), so that both find the same pixels.
 */

/** Pixels of the picture to which the sizes below belong. */
const ownSide = 256;
/** Pixels of a colour that is shaded at all. */
const least = 400;
/** Radius of the lines that do not divide a surface; radius up to which a part of a surface is a line, and stays as it is. */
const [gap, thin] = [4, 7];
/** How far the shadow reaches in from the edge, and what it leaves of the light. */
const [shadowLength, dark] = [11, 0.7];
/** How far the gloss keeps from the edge, how wide it is, how much of the way to white it goes. */
const [rim, glossLength, light] = [5, 6, 0.55];

/** Pixels that are in (1) or out (0). Those at the border are out. */
interface Mask {
  width: number;
  height: number;
  inside: Uint8Array;
}

function masked({ width, height }: Mask, isInside: (pixel: number) => boolean): Mask {
  const inside = new Uint8Array(width * height);
  for (let pixel = 0; pixel < inside.length; pixel++) if (isInside(pixel)) inside[pixel] = 1;
  return { width, height, inside };
}

/** The distance of each pixel from the nearest one that is in (or out), in thirds of a pixel. */
function reach({ width, height, inside }: Mask, from: 0 | 1): Int32Array {
  const distance = Int32Array.from(inside, (value) => (value === from ? 0 : 1 << 20));
  const pass = (start: number, end: number, step: 1 | -1) => {
    for (let pixel = start; pixel !== end; pixel += step) {
      if (distance[pixel] === 0) continue;
      const x = pixel % width;
      const [isFirst, isLast] = step === 1 ? [x === 0, x === width - 1] : [x === width - 1, x === 0];
      const above = pixel - step * width;
      let found = distance[pixel]!;
      if (!isFirst) found = Math.min(found, distance[pixel - step]! + 3);
      if (above >= 0 && above < distance.length) {
        found = Math.min(found, distance[above]! + 3);
        if (!isFirst) found = Math.min(found, distance[above - step]! + 4);
        if (!isLast) found = Math.min(found, distance[above + step]! + 4);
      }
      distance[pixel] = found;
    }
  };
  pass(0, width * height, 1);
  pass(width * height - 1, -1, -1);
  return distance;
}

function grown(mask: Mask, radius: number): Mask {
  const distance = reach(mask, 1);
  return masked(mask, (pixel) => distance[pixel]! <= 3 * radius);
}

function shrunk(mask: Mask, radius: number): Mask {
  const distance = reach(mask, 0);
  return masked(mask, (pixel) => distance[pixel]! > 3 * radius);
}

/** A mask and what it surrounds. */
function filled(mask: Mask): Mask {
  const { width, inside } = mask;
  const isOutside = new Uint8Array(inside.length);
  const open = [0];
  isOutside[0] = 1;
  for (let pixel = open.pop(); pixel !== undefined; pixel = open.pop()) {
    const x = pixel % width;
    for (const next of [pixel - width, pixel + width, x > 0 ? pixel - 1 : -1, x + 1 < width ? pixel + 1 : -1]) {
      if (next < 0 || next >= inside.length || inside[next] === 1 || isOutside[next] === 1) continue;
      isOutside[next] = 1;
      open.push(next);
    }
  }
  return masked(mask, (pixel) => isOutside[pixel] === 0);
}

/** Whether a pixel moved right and down, left and up if negative, is in a mask. */
function isInsideAt({ width, height, inside }: Mask, pixel: number, by: number): boolean {
  const [x, y] = [(pixel % width) + by, Math.floor(pixel / width) + by];
  return x >= 0 && y >= 0 && x < width && y < height && inside[y * width + x] === 1;
}

interface Shades {
  shadow: Mask;
  gloss: Mask;
}

/** The shadow and the gloss of a surface; undefined where all of it is thin. */
function shadesOf(surface: Mask, unit: number): Shades | undefined {
  const closed = shrunk(grown(surface, gap * unit), gap * unit);
  const whole = filled(masked(surface, (pixel) => closed.inside[pixel] === 1 || surface.inside[pixel] === 1));
  const core = shrunk(whole, thin * unit);
  if (!core.inside.includes(1)) return undefined;
  const around = grown(core, thin * unit + 1);
  const body = masked(surface, (pixel) => around.inside[pixel] === 1 && whole.inside[pixel] === 1);
  const inner = shrunk(body, rim * unit);
  const step = (length: number) => Math.max(1, Math.round(length * unit));
  const inBoth = (part: Mask, by: number) =>
    masked(surface, (pixel) => surface.inside[pixel] === 1 && part.inside[pixel] === 1 && !isInsideAt(part, pixel, by));
  return { shadow: inBoth(body, step(shadowLength)), gloss: inBoth(inner, -step(glossLength)) };
}

/** How much of the neighbourhood of a pixel is in a mask, 1 2 1 across and down: 0..1. */
function softAt({ width, inside }: Mask, pixel: number): number {
  const row = (at: number) => inside[at - 1]! + 2 * inside[at]! + inside[at + 1]!;
  return (row(pixel - width) + 2 * row(pixel) + row(pixel + width)) / 16;
}

/** A colour of a picture, and where it is: from, and up to but without. */
interface Surface {
  colour: number;
  pixels: number;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The colours of the pixels that are more opaque than not, -1 elsewhere; the surfaces that they make. */
function surfacesOf({ width, height, rgba }: RgbaPicture): { colours: Int32Array; surfaces: Iterable<Surface> } {
  const colours = new Int32Array(width * height).fill(-1);
  const surfaces = new Map<number, Surface>();
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      if (rgba[at + 3]! < 128) continue;
      const colour = (rgba[at]! << 16) | (rgba[at + 1]! << 8) | rgba[at + 2]!;
      colours[y * width + x] = colour;
      const surface = surfaces.get(colour) ?? { colour, pixels: 0, left: x, top: y, right: x, bottom: y };
      surfaces.set(colour, surface);
      surface.pixels++;
      surface.left = Math.min(surface.left, x);
      surface.right = Math.max(surface.right, x + 1);
      surface.bottom = y + 1;
    }
  return { colours, surfaces: surfaces.values() };
}

/** The part of a picture that a surface takes, with a margin: only this is looked at. */
function partOf({ colour, left, top, right, bottom }: Surface, colours: Int32Array, width: number, margin: number): Mask {
  const size = { width: right - left + 2 * margin, height: bottom - top + 2 * margin };
  const inside = new Uint8Array(size.width * size.height);
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++)
      if (colours[y * width + x] === colour) inside[(y - top + margin) * size.width + x - left + margin] = 1;
  return { ...size, inside };
}

/** The shadows and the glosses of all surfaces of a picture, with an edge of one pixel, so that each pixel has neighbours. */
function allShadesOf(picture: RgbaPicture): Shades {
  const { width, height } = picture;
  const unit = width / ownSide;
  const margin = Math.floor(gap * unit) + 2;
  const { colours, surfaces } = surfacesOf(picture);
  const empty = (): Mask => ({ width: width + 2, height: height + 2, inside: new Uint8Array((width + 2) * (height + 2)) });
  const all: Shades = { shadow: empty(), gloss: empty() };
  for (const surface of surfaces) {
    if (surface.pixels < least * unit ** 2) continue;
    const part = partOf(surface, colours, width, margin);
    const found = shadesOf(part, unit);
    if (found === undefined) continue;
    for (const kind of ['shadow', 'gloss'] as const)
      for (const [i, value] of found[kind].inside.entries()) {
        if (value === 0) continue;
        const [x, y] = [(i % part.width) - margin + surface.left, Math.floor(i / part.width) - margin + surface.top];
        all[kind].inside[(y + 1) * (width + 2) + x + 1] = 1;
      }
  }
  return all;
}

/**
 * A drawn thing of even surfaces with each of them shaded.
 * @param picture straight RGBA; it is not changed
 */
export function shaded(picture: RgbaPicture): RgbaPicture {
  const { width, height } = picture;
  const { shadow, gloss } = allShadesOf(picture);
  const rgba = new Uint8Array(picture.rgba);
  for (let i = 0; i < width * height; i++) {
    const pixel = (Math.floor(i / width) + 1) * (width + 2) + (i % width) + 1;
    const [darker, lighter] = [1 - (1 - dark) * softAt(shadow, pixel), light * softAt(gloss, pixel)];
    for (let channel = 0; channel < 3; channel++) {
      const value = rgba[i * 4 + channel]! * darker;
      rgba[i * 4 + channel] = Math.round(value + (255 - value) * lighter);
    }
  }
  return { width, height, rgba };
}
