import type { RgbaPicture } from '@rendermart/diffusion';
import { describe, expect, it } from 'vitest';
import { compose } from './compose.ts';
import type { Plan } from './plan.ts';

const red = [255, 0, 0] as const;
const blue = [0, 0, 255] as const;

/** A square of a colour with nothing around it, off the middle, as networks draw things. */
function thing(colour: readonly [number, number, number]): RgbaPicture {
  const rgba = new Uint8Array(64 * 64 * 4);
  for (let y = 8; y < 40; y++) for (let x = 8; x < 40; x++) rgba.set([...colour, 255], (y * 64 + x) * 4);
  return { width: 64, height: 64, rgba };
}

const size = { width: 128, height: 128 };
const thingA = { prompt: 'a', colour: null };
const plain: Plan = { things: [thingA, thingA], layout: null, backdrop: null, treatment: null, ruled: [] };
const meadow: Plan['backdrop'] = { kind: 'place', place: 'meadow', time: 'day', weather: 'clear' };

/** The mean place of a colour, in pixels; undefined where it is not to be seen. */
function middleOf({ width, height, rgba }: RgbaPicture, [r, g, b]: readonly [number, number, number]) {
  let [count, sumX, sumY] = [0, 0, 0];
  for (let i = 0; i < width * height; i++) {
    const near = Math.abs(rgba[i * 4]! - r) + Math.abs(rgba[i * 4 + 1]! - g) + Math.abs(rgba[i * 4 + 2]! - b) < 60;
    if (near && rgba[i * 4 + 3]! > 200) [count, sumX, sumY] = [count + 1, sumX + (i % width), sumY + Math.floor(i / width)];
  }
  return count === 0 ? undefined : { x: sumX / count, y: sumY / count, count };
}

async function placesOf(relation: string) {
  const picture = await compose(
    { ...plain, layout: { kind: 'relation', relation } as Plan['layout'] },
    [thing(red), thing(blue)],
    size,
    1,
  );
  return { first: middleOf(picture, red)!, second: middleOf(picture, blue)! };
}

describe('relations', () => {
  it('stand where they are said to', async () => {
    const [left, right, on, under] = [
      await placesOf('left'),
      await placesOf('right'),
      await placesOf('on'),
      await placesOf('under'),
    ];
    expect(left.first.x).toBeLessThan(left.second.x - 30);
    expect(right.first.x).toBeGreaterThan(right.second.x + 30);
    expect(on.first.y).toBeLessThan(on.second.y - 30);
    expect(under.first.y).toBeGreaterThan(under.second.y + 30);
  });

  it('hide what is behind', async () => {
    const [before, behind] = [await placesOf('before'), await placesOf('behind')];
    // The thing in front is smaller; a larger one that nothing hid would be seen on this much more.
    const whole = (0.6 / 0.46) ** 2;
    expect(before.second.count).toBeLessThan(before.first.count * whole * 0.9);
    expect(behind.first.count).toBeLessThan(behind.second.count * whole * 0.9);
  });
});

describe('scenes', () => {
  const one: Plan = { ...plain, things: [thingA], backdrop: meadow };

  it('stand behind the thing, fill the picture, and are the same for a seed', async () => {
    const picture = await compose(one, [thing(red)], size, 5);
    expect(middleOf(picture, red)!.count).toBeGreaterThan(1500);
    expect([...picture.rgba].filter((_, i) => i % 4 === 3 && picture.rgba[i]! < 255)).toEqual([]);
    expect(Buffer.compare(picture.rgba, (await compose(one, [thing(red)], size, 5)).rgba)).toBe(0);
    expect(Buffer.compare(picture.rgba, (await compose(one, [thing(red)], size, 6)).rgba)).not.toBe(0);
  });

  it('show the thing in their light', async () => {
    const night = await compose({ ...one, backdrop: { ...meadow, time: 'night' } }, [thing([200, 200, 200])], size, 5);
    expect(middleOf(night, [200 * 0.82, 200 * 0.86, 200 * 0.97])!.count).toBeGreaterThan(1000);
  });

  it('are exactly their colour when plain', async () => {
    const picture = await compose(
      { ...one, backdrop: { kind: 'plain', pattern: 'plain', colours: ['#5aa9f0', undefined] } },
      [thing(red)],
      size,
      1,
    );
    expect([...picture.rgba.subarray(0, 4)]).toEqual([0x5a, 0xa9, 0xf0, 255]);
  });
});

describe('treatments', () => {
  it('make pixel art of a few colours in cells', async () => {
    const { rgba } = await compose({ ...plain, things: [thingA], treatment: 'pixel' }, [thing(red)], size, 1);
    const at = (x: number, y: number) => [...rgba.subarray((y * 128 + x) * 4, (y * 128 + x) * 4 + 4)].join();
    expect(at(0, 0)).toBe(at(3, 3));
    expect(new Set(Array.from({ length: 128 * 128 }, (_, i) => at(i % 128, Math.floor(i / 128)))).size).toBeLessThanOrEqual(16);
    expect(new Set(Array.from({ length: 128 * 128 }, (_, i) => rgba[i * 4 + 3]))).toEqual(new Set([0, 255]));
  });

  it('make ink and paper of a thing, and nothing around it', async () => {
    const { rgba } = await compose({ ...plain, things: [thingA], treatment: 'line' }, [thing(red)], size, 1);
    const at = (x: number, y: number) => [...rgba.subarray((y * 128 + x) * 4, (y * 128 + x) * 4 + 4)];
    expect(at(4, 4)[3]).toBe(0);
    expect(at(48, 48)).toEqual([255, 255, 255, 255]);
    expect(at(17, 48)[0]).toBeLessThan(120);
  });
});
