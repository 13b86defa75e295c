import type { RgbaPicture } from '@rendermart/diffusion';
import { describe, expect, it } from 'vitest';
import table from './framing.json' with { type: 'json' };
import { type FramedStyle, inFrameOf } from './framing.ts';

const side = 256;

/** An opaque rectangle, off the middle. */
function rectangle(left: number, top: number, width: number, height: number): RgbaPicture {
  const rgba = new Uint8Array(side * side * 4);
  for (let y = top; y < top + height; y++)
    for (let x = left; x < left + width; x++) rgba.set([200, 90, 30, 255], (y * side + x) * 4);
  return { width: side, height: side, rgba };
}

/** How far what is at least half there reaches. */
function boundsOf({ rgba }: RgbaPicture) {
  const seen = [...rgba.keys()].filter((i) => i % 4 === 3 && rgba[i]! >= 128).map((i) => (i - 3) / 4);
  const [xs, ys] = [seen.map((i) => i % side), seen.map((i) => Math.floor(i / side))];
  const least = (numbers: number[]) => numbers.reduce((one, other) => Math.min(one, other));
  const most = (numbers: number[]) => numbers.reduce((one, other) => Math.max(one, other)) + 1;
  return { left: least(xs), right: most(xs), top: least(ys), bottom: most(ys) };
}

describe('a thing in the frame of a style', () => {
  it.each(Object.entries(table) as [FramedStyle, number][])('fills as much of it as is usual in %s', (style, extent) => {
    const { left, right, top, bottom } = boundsOf(inFrameOf(style, rectangle(5, 12, 100, 230)));
    expect(Math.abs(bottom - top - extent * side)).toBeLessThanOrEqual(1);
    expect(Math.abs(right - left - (extent * side * 100) / 230)).toBeLessThanOrEqual(1);
    expect(Math.abs(left + right - side)).toBeLessThanOrEqual(1);
    expect(Math.abs(top + bottom - side)).toBeLessThanOrEqual(1);
  });

  it('stays small where it is', () => {
    const { left, right } = boundsOf(inFrameOf('icon', rectangle(20, 20, 50, 50)));
    expect(right - left).toBe(60);
  });

  it('stays what it was where it fills the frame as it is', () => {
    const drawn = rectangle(16, 16, 224, 224);
    expect(inFrameOf('flat', drawn)).toEqual(drawn);
  });

  it('may be nothing', () => {
    const empty = rectangle(0, 0, 0, 0);
    expect(inFrameOf('icon', empty)).toEqual(empty);
  });
});
