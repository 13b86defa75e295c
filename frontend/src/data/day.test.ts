import { afterEach, expect, test, vi } from 'vitest';
import { noonOf, readDay } from './day.ts';

afterEach(() => vi.unstubAllEnvs());

test.each(['America/Los_Angeles', 'Europe/Paris', 'Pacific/Auckland'])('a day is the same day in %s', (zone) => {
  vi.stubEnv('TZ', zone);
  expect(noonOf('2026-03-31').toDateString()).toBe('Tue Mar 31 2026');
});

test('only a day of the calendar, with a year of four digits, is read', () => {
  expect(readDay('2026-03-31')).toBe('2026-03-31');
  for (const value of ['yesterday', '2026-02-30', '22024-03-11', 20260331, undefined]) expect(readDay(value)).toBeUndefined();
});
