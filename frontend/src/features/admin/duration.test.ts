import { expect, test } from 'vitest';
import { durationText } from './duration.ts';

test.each([
  [0, '0 ms'],
  [850, '850 ms'],
  [1_500, '1.5 sec'],
  [42_400, '42 sec'],
  [90_000, '2 min'],
  [7_200_000, '2 hr'],
  [172_800_000, '2 days'],
])('%i ms reads %s', (ms, text) => {
  expect(durationText(ms, 'en')).toBe(text);
});

test('in French too', () => expect(durationText(1_500, 'fr')).toBe('1,5\u00a0s'));
