import type { RgbaPicture } from '../picture.ts';

/** Red, green, blue and alpha of a rectangle, one plane after another, in 0 … 1, colours premultiplied by alpha. */
export interface Planes {
  width: number;
  height: number;
  data: Float32Array;
}

/** A rectangle of a picture, in its pixels. */
export interface Rect {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** How many pixels to add to, or take from, each side. */
export interface Sides {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A rectangle of a picture as premultiplied planes. */
export function planesOf(picture: RgbaPicture, { left, top, width, height }: Rect): Planes {
  const size = width * height;
  const data = new Float32Array(4 * size);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 4 * ((top + y) * picture.width + left + x);
      const to = y * width + x;
      const alpha = picture.rgba[from + 3]! / 255;
      for (let channel = 0; channel < 3; channel++) data[channel * size + to] = (picture.rgba[from + channel]! / 255) * alpha;
      data[3 * size + to] = alpha;
    }
  }
  return { width, height, data };
}

/** Repeats the border's pixels outwards (positive sides) and cuts pixels off (negative sides). */
export function reframe({ width, height, data }: Planes, sides: Sides): Planes {
  const wide = width + sides.left + sides.right;
  const high = height + sides.top + sides.bottom;
  const framed = new Float32Array(4 * wide * high);
  const before = Math.max(0, sides.left);
  const after = Math.max(0, sides.right);
  const [first, last] = [Math.max(0, -sides.left), width - Math.max(0, -sides.right)];
  for (let row = 0; row < 4 * high; row++) {
    const from = width * (Math.floor(row / high) * height + Math.min(height - 1, Math.max(0, (row % high) - sides.top)));
    const to = row * wide;
    framed.fill(data[from + first]!, to, to + before);
    framed.set(data.subarray(from + first, from + last), to + before);
    framed.fill(data[from + last - 1]!, to + wide - after, to + wide);
  }
  return { width: wide, height: high, data: framed };
}

/** Clamps, in place: alpha to 0 … 1 (or to 1 when the picture is opaque), and no colour above its alpha. */
export function makeValid({ width, height, data }: Planes, opaque: boolean): void {
  const size = width * height;
  for (let pixel = 0; pixel < size; pixel++) {
    const alpha = opaque ? 1 : Math.min(1, Math.max(0, data[3 * size + pixel]!));
    data[3 * size + pixel] = alpha;
    for (let place = pixel; place < 3 * size; place += size) data[place] = Math.min(alpha, Math.max(0, data[place]!));
  }
}

/** Whether no pixel of a picture lets anything through. */
export function isOpaque({ rgba }: RgbaPicture): boolean {
  for (let place = 3; place < rgba.length; place += 4) if (rgba[place] !== 255) return false;
  return true;
}
