import { expect, test } from 'vitest';
import { between, limited, selectionLimit, toggled } from './selection.ts';

const shown = ['a', 'b', 'c', 'd'];

test('a range reads both ways, and an anchor that is gone leaves the one that was touched', () => {
  expect(between(shown, 'b', 'd')).toEqual(['b', 'c', 'd']);
  expect(between(shown, 'd', 'b')).toEqual(['b', 'c', 'd']);
  expect(between(shown, 'gone', 'c')).toEqual(['c']);
});

test('toggling twice changes nothing', () => {
  expect(toggled(toggled(new Set(['a']), 'b'), 'b')).toEqual(new Set(['a']));
});

test('a selection never holds more than one call takes', () => {
  const many = Array.from({ length: selectionLimit + 3 }, (_, index) => String(index));
  expect(limited(many).size).toBe(selectionLimit);
  expect(toggled(limited(many), 'one more').size).toBe(selectionLimit);
});
