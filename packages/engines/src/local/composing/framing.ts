import type { RgbaPicture } from '@rendermart/diffusion';
import table from './framing.json' with { type: 'json' };
import { resampled } from './resampling.ts';

/*
 * How much of its frame a thing fills: artists of each style keep to one grid, and draw icons up to the border, 3d with a margin.
 * The network draws a thing as large as its drawings in the style were; where there is none, it is scaled to what is usual there.
 * The same as training/framing.py, against which a test holds it.
 */

/** A style whose usual frame is known, as training/record_surfaces.py measured it. */
export type FramedStyle = keyof typeof table;

/** What belongs to the thing, of 255. */
const visibleAlpha = 128;
/** How far a thing is scaled at most: what is smaller than other things stays so. */
const [least, most] = [0.85, 1.2];

function boundsOf({ width, height, rgba }: RgbaPicture) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (rgba[(y * width + x) * 4 + 3]! < visibleAlpha) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
      [top, bottom] = [Math.min(top, y), y + 1];
    }
  return { left, top, right, bottom };
}

/** A drawn thing in the middle of its frame and as large as things of a style are. */
export function inFrameOf(style: FramedStyle, picture: RgbaPicture): RgbaPicture {
  const { width, height } = picture;
  const { left, top, right, bottom } = boundsOf(picture);
  if (right === 0) return picture;
  const scale = table[style] / Math.max((right - left) / width, (bottom - top) / height);
  const bounded = Math.min(most, Math.max(least, scale));
  return resampled(picture, ({ x, y }) => ({
    x: (left + right) / 2 + (x - width / 2) / bounded,
    y: (top + bottom) / 2 + (y - height / 2) / bounded,
  }));
}
