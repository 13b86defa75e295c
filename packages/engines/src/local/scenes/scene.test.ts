import sharp from 'sharp';
import { expect, it } from 'vitest';
import { drawScene } from './index.ts';
import type { Backdrop } from './index.ts';

const places = ['meadow', 'snow', 'forest', 'mountains', 'desert', 'beach', 'sea', 'city', 'space', 'sky', 'underwater'] as const;
const times = ['day', 'dawn', 'sunset', 'night'] as const;

async function meanLight(svg: string): Promise<number> {
  const { channels } = await sharp(Buffer.from(svg)).flatten({ background: '#ff00ff' }).stats();
  return (channels[0]!.mean + channels[1]!.mean + channels[2]!.mean) / 3;
}

it.each(places)('%s covers the whole picture at every time, in any shape', async (place) => {
  for (const time of times) {
    const backdrop: Backdrop = { kind: 'place', place, time, weather: 'clear' };
    const size = { width: 60, height: 40 };
    const { data, info } = await sharp(Buffer.from(drawScene(backdrop, 3, size).behind))
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([60, 40]);
    expect(data.filter((_, i) => i % 4 === 3 && data[i]! < 255)).toHaveLength(0);
  }
});

it('is darker at night, and whiter in snow', async () => {
  const light = async (time: 'day' | 'night', weather: 'clear' | 'snow') =>
    meanLight(drawScene({ kind: 'place', place: 'forest', time, weather }, 1, { width: 64, height: 64 }).behind);
  expect(await light('night', 'clear')).toBeLessThan((await light('day', 'clear')) * 0.6);
  expect(await light('day', 'snow')).toBeGreaterThan(await light('day', 'clear'));
});

it('is the same scene for a seed, at every size', async () => {
  const backdrop: Backdrop = { kind: 'place', place: 'city', time: 'day', weather: 'clear' };
  const at = (seed: number, side: number) =>
    drawScene(backdrop, seed, { width: side, height: side }).behind.replace(/^<svg[^>]*>/, '');
  expect(at(7, 256)).toBe(at(7, 1024));
  expect(at(7, 256)).not.toBe(at(8, 256));
});
