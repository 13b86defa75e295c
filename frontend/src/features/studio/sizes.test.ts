import type { SizeRule } from '@rendermart/contract';
import { expect, test } from 'vitest';
import { closestSize, ratioText, sizeChoices } from './sizes.ts';

const range: SizeRule = {
  kind: 'range',
  min: 256,
  max: 1536,
  step: 64,
  maxPixels: 1024 * 1024,
  default: { width: 1024, height: 1024 },
};
const list: SizeRule = {
  kind: 'list',
  options: [
    { width: 1024, height: 1024 },
    { width: 1024, height: 1536 },
    { width: 1536, height: 1024 },
  ],
};

test('every choice of a range obeys the range', () => {
  const choices = sizeChoices(range);
  expect(choices.length).toBeGreaterThan(4);
  for (const { size } of choices) {
    expect((size.width % 64) + (size.height % 64)).toBe(0);
    expect(size.width * size.height).toBeLessThanOrEqual(range.maxPixels);
    expect(Math.min(size.width, size.height)).toBeGreaterThanOrEqual(range.min);
  }
});

test('choices of a list are the list, in its order', () => {
  expect(sizeChoices(list).map(({ label }) => label)).toEqual(['1:1', '2:3', '3:2']);
});

test('sizes of one shape are told apart by their pixels', () => {
  const squares = [512, 128, 1024].map((side) => ({ width: side, height: side }));
  expect(sizeChoices({ kind: 'list', options: [...squares, { width: 512, height: 768 }] }).map(({ label }) => label)).toEqual([
    '512',
    '128',
    '1024',
    '2:3',
  ]);
  expect(sizeChoices({ kind: 'list', options: squares }).map(({ label }) => label)).toEqual(['128', '512', '1024']);
});

test.each([
  [list, { width: 512, height: 512 }, { width: 1024, height: 1024 }],
  [list, { width: 640, height: 960 }, { width: 1024, height: 1536 }],
  [range, { width: 100, height: 9000 }, { width: 256, height: 1536 }],
  [range, { width: 1536, height: 1536 }, { width: 1024, height: 1024 }],
])('the closest size of %j to %j', (rule, wanted, expected) => {
  expect(closestSize(rule, wanted)).toEqual(expected);
});

test('odd ratios are reduced', () => {
  expect(ratioText({ width: 1000, height: 300 })).toBe('10:3');
});
