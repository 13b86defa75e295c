import { defaultParseSearch, defaultStringifySearch } from '@tanstack/react-router';
import { expect, test } from 'vitest';
import { readMarketSearch } from './market-search.ts';

const none = readMarketSearch({});
const full = {
  q: 'red fox',
  sort: 'cheapest',
  minPrice: 0,
  maxPrice: 250,
  licence: 'commercial',
  modelId: 'stickers-1',
  orientation: 'portrait',
  colour: 'red',
  from: '2026-01-31',
  to: '2026-02-28',
} as const;

test('an address without filters asks for everything', () => {
  expect(Object.values(none).every((value) => value === undefined)).toBe(true);
});

test('filters come back from the address as they went in', () => {
  expect(readMarketSearch(defaultParseSearch(defaultStringifySearch(full)))).toEqual(full);
  expect(readMarketSearch(defaultParseSearch(defaultStringifySearch({ q: '42' })))).toEqual({ ...none, q: '42' });
});

test('a number in the search is a word', () => {
  expect(readMarketSearch(defaultParseSearch('?q=42'))).toEqual({ ...none, q: '42' });
});

test.each([
  ['sort', 'newest'],
  ['sort', 'random'],
  ['minPrice', '-1'],
  ['minPrice', '1.5'],
  ['maxPrice', '1000000000'],
  ['maxPrice', 'ten'],
  ['licence', 'free'],
  ['orientation', 'round'],
  ['colour', 'beige'],
  ['from', 'yesterday'],
  ['from', '2026-02-30'],
  ['to', '2026-13-01'],
  ['q', '  '],
  ['modelId', ''],
])('%s=%s is left out', (key, value) => {
  expect(readMarketSearch(defaultParseSearch(`?${key}=${encodeURIComponent(value)}`))).toEqual(none);
});
