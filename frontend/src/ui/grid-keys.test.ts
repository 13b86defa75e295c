import { expect, test } from 'vitest';
import { gridTarget } from './grid-keys.ts';

// Eleven tiles in four columns: the last row has three.
test.each([
  ['ArrowRight', 0, 1],
  ['ArrowRight', 10, undefined],
  ['ArrowLeft', 4, 3],
  ['ArrowLeft', 0, undefined],
  ['ArrowDown', 1, 5],
  ['ArrowDown', 6, 10],
  ['ArrowDown', 7, 10],
  ['ArrowDown', 8, undefined],
  ['ArrowUp', 9, 5],
  ['ArrowUp', 3, undefined],
  ['Home', 7, 0],
  ['End', 2, 10],
  ['a', 2, undefined],
] as const)('%s from tile %i leads to %s', (key, from, to) => {
  expect(gridTarget(key, from, 11, 4)).toBe(to);
});
