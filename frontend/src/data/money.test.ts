import { expect, test } from 'vitest';
import { moneyText } from './money.ts';

test.each([
  [500, 'eur', 'en', '€5.00'],
  [1_234_50, 'eur', 'fr', '1\u00a0234,50\u00a0€'],
  [500, 'jpy', 'en', '¥500'],
  [999, 'usd', 'en', '$9.99'],
] as const)('%i %s in %s is %s', (amountMinor, currency, locale, text) => {
  expect(moneyText(amountMinor, currency, locale)).toBe(text);
});
