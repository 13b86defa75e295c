import { expect, test } from 'vitest';
import { barSizeOf, barsOf, shareOf, topOf } from './earnings.ts';

const days = (count: number, first = '2026-01-01') =>
  Array.from({ length: count }, (_, index) => ({
    day: new Date(Date.parse(first) + index * 86_400_000).toISOString().slice(0, 10),
    sales: 1,
    netCredits: '10',
  }));

test('a month is drawn by days, a quarter by weeks, a year by months', () => {
  expect([30, 90, 365].map((count) => barSizeOf(count))).toEqual(['day', 'week', 'month']);
});

test.each(['day', 'week', 'month'] as const)('no day is lost or counted twice by %s', (size) => {
  const bars = barsOf(days(90), size);
  expect(bars.reduce((sum, bar) => sum + bar.sales, 0)).toBe(90);
  expect(bars.reduce((sum, bar) => sum + bar.net, 0n)).toBe(900n);
});

test('weeks are whole at the newest end', () => {
  const bars = barsOf(days(10), 'week');
  expect(bars.map(({ from, to, sales }) => ({ from, to, sales }))).toEqual([
    { from: '2026-01-01', to: '2026-01-03', sales: 3 },
    { from: '2026-01-04', to: '2026-01-10', sales: 7 },
  ]);
});

test('months end with the calendar', () => {
  expect(barsOf(days(40), 'month').map(({ from, to }) => [from, to])).toEqual([
    ['2026-01-01', '2026-01-31'],
    ['2026-02-01', '2026-02-09'],
  ]);
});

test('amounts beyond what a JavaScript number holds are added to the last digit', () => {
  const [bar] = barsOf(
    [
      { day: '2026-01-01', sales: 1, netCredits: '9007199254740993' },
      { day: '2026-01-02', sales: 1, netCredits: '2' },
    ],
    'month',
  );
  expect(bar!.net).toBe(9_007_199_254_740_995n);
});

test.each<[bigint[], bigint]>([
  [[], 1n],
  [[0n], 1n],
  [[1n], 1n],
  [[3n], 5n],
  [[10n], 10n],
  [[11n], 20n],
  [[501n, 3n], 1000n],
])('the scale of %s ends at %s', (values, top) => {
  expect(topOf(values)).toBe(top);
});

test('a bar is as high as its share', () => {
  expect([shareOf(0n, 20n), shareOf(5n, 20n), shareOf(20n, 20n)]).toEqual([0, 0.25, 1]);
});
