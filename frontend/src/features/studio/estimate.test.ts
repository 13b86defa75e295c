import { expect, test } from 'vitest';
import { estimateParts, rough, roughText } from './estimate.ts';

test.each([
  [0, '1 sec'],
  [400, '1 sec'],
  [6_400, '6 sec'],
  [19_400, '19 sec'],
  [23_000, '25 sec'],
  [89_000, '90 sec'],
  [91_000, '2 min'],
  [600_000, '10 min'],
  [7_000_000, '2 hr'],
])('%d ms is said as %s', (ms, text) => {
  expect(roughText(rough(ms), 'en')).toBe(text);
});

test('a band that says nothing more is tight', () => {
  expect(estimateParts({ lowMs: 5_600, likelyMs: 6_000, highMs: 6_400 }).isTight).toBe(true);
  expect(estimateParts({ lowMs: 5_000, likelyMs: 6_000, highMs: 9_000 }).isTight).toBe(false);
});

test('French has its own units, behind a space that the typeface has', () => {
  expect(roughText(rough(120_000), 'fr')).toBe('2\u00a0min');
});
