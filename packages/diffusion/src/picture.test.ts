import { expect, it } from 'vitest';
import { premultipliedPlanes, straightRgba } from './picture.ts';

const form = { width: 2, height: 1, range: [-1, 1] } as const;

it('divides colours by alpha', () => {
  // Half-transparent pure red: premultiplied red is 0.5, which is 0 in -1…1; the second pixel is opaque white.
  const planes = Float32Array.from([0, 1, -1, 1, -1, 1, 0, 1]);
  expect([...straightRgba(planes, form).rgba]).toEqual([254, 0, 0, 128, 255, 255, 255, 255]);
});

it('makes what is fully transparent black, and clips what is out of range', () => {
  const planes = Float32Array.from([1, 3, 1, -3, 1, 0, -1, 1.5]);
  expect([...straightRgba(planes, form).rgba]).toEqual([0, 0, 0, 0, 255, 0, 128, 255]);
});

it('never gives a colour above 255 where colour exceeds alpha', () => {
  const planes = Float32Array.from([1, 1, 1, 1, 1, 1, -0.5, -0.9]);
  expect(Math.max(...straightRgba(planes, form).rgba)).toBeLessThanOrEqual(255);
});

it('survives the way to planes and back', () => {
  const picture = { width: 2, height: 1, rgba: Uint8Array.from([10, 200, 30, 255, 90, 60, 250, 200]) };
  expect([...straightRgba(premultipliedPlanes(picture, form.range), form).rgba]).toEqual([...picture.rgba]);
});
