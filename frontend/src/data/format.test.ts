import { expect, test } from 'vitest';
import { agoParts, bytesText } from './format.ts';

test.each([
  [20_000, 0, 'second'],
  [90_000, -1, 'minute'],
  [3_600_000 * 5, -5, 'hour'],
  [86_400_000 * 3, -3, 'day'],
  [86_400_000 * 70, -2, 'month'],
  [86_400_000 * 800, -2, 'year'],
])('%d ms ago', (ms, value, unit) => {
  expect(agoParts(ms)).toEqual([value, unit]);
});

test.each([
  [0, 'en', '0 byte'],
  [37_000, 'en', '37 kB'],
  [1_540_000, 'en', '1.5 MB'],
  [1_540_000, 'fr', '1,5 Mo'],
  [999_999_999_999_999, 'en', '1,000 TB'],
])('%d bytes in %s', (bytes, locale, text) => {
  expect(bytesText(bytes, locale).replace(/\s/g, ' ')).toBe(text);
});
