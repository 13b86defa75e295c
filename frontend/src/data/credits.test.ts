import { expect, test } from 'vitest';
import { amountFormats, parseAmount, pluralCount, splitPrice } from './credits.ts';

test('amounts are written to the last digit, however long they are', () => {
  const { plain, signed } = amountFormats('en');
  expect(plain('9007199254740993')).toBe('9,007,199,254,740,993');
  expect(signed('9007199254740993')).toBe('+9,007,199,254,740,993');
  expect(signed('-5')).toBe('-5');
  expect(signed(0n)).toBe('0');
});

test('French groups with a space that does not break', () => {
  expect(amountFormats('fr').plain('1234567')).toBe('1\u00a0234\u00a0567');
});

test.each([
  [0n, 0],
  [1n, 1],
  [-1n, 1],
  [2n, 2],
  [9_007_199_254_740_993n, 2],
])('%s takes the plural of %i', (value, count) => {
  expect(pluralCount(value)).toBe(count);
});

test.each([
  ['1', 1n],
  ['1 200', 1200n],
  ['1\u00a0200', 1200n],
  ['999999999', 999_999_999n],
  ['007', 7n],
  ['', null],
  ['0', null],
  ['-5', null],
  ['1.5', null],
  ['1,5', null],
  ['1e3', null],
  ['0x10', null],
  ['1000000000', null],
  ['ten', null],
  ['١٢', null],
] as const)('%j is read as %s', (text, value) => {
  expect(parseAmount(text)).toBe(value);
});

// The same table as the server's, so that what is promised before listing is what arrives.
test.each<[bigint, number, bigint]>([
  [100n, 0, 0n],
  [100n, 10, 10n],
  [99n, 10, 9n],
  [1n, 99, 0n],
  [1n, 100, 1n],
  [1_000n, 2.5, 25n],
  [333n, 0.33, 1n],
  [999_999_999n, 12.34, 123_399_999n],
])('of %s at %s %% the fee is %s', (price, feePercent, fee) => {
  expect(splitPrice(price, feePercent)).toEqual({ fee, net: price - fee });
});
