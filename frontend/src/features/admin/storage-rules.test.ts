import { expect, test } from 'vitest';
import { isSpaceLow, roomForImages } from './storage-rules.ts';

test('a bucket is never low', () => expect(isSpaceLow(null)).toBe(false));
test.each([
  [0, true],
  [4_999_999_999, true],
  [5_000_000_000, false],
])('%i free bytes are low: %s', (free, isLow) => expect(isSpaceLow(free)).toBe(isLow));

test('room follows from the images that are there, and is not told where it cannot be known', () => {
  expect(roomForImages({ images: 3, sizeBytes: 300, freeBytes: 12_345 })).toBe(120);
  expect(roomForImages({ images: 0, sizeBytes: 0, freeBytes: 12_345 })).toBeNull();
  expect(roomForImages({ images: 3, sizeBytes: 300, freeBytes: null })).toBeNull();
});
