import type { SalesSummary } from '@rendermart/contract';

/** Earnings of a day, a week or a month, named by its first day. */
export interface Bar {
  from: string;
  to: string;
  sales: number;
  net: bigint;
}
export type BarSize = 'day' | 'week' | 'month';

/** About thirty bars at most, so that each can be seen and pressed on a phone. */
export function barSizeOf(days: number): BarSize {
  if (days <= 31) return 'day';
  return days <= 100 ? 'week' : 'month';
}

/** Adds the days of one bar up. The first bar may be shorter: the newest ones are whole, since they are what one looks at. */
export function barsOf(days: SalesSummary['days'], size: BarSize): Bar[] {
  const bars: Bar[] = [];
  let key: string | undefined;
  for (const [index, { day, sales, netCredits }] of days.entries()) {
    const next = size === 'month' ? day.slice(0, 7) : size === 'week' ? String(Math.floor((days.length - 1 - index) / 7)) : day;
    const bar = bars.at(-1);
    if (bar && next === key) Object.assign(bar, { to: day, sales: bar.sales + sales, net: bar.net + BigInt(netCredits) });
    else bars.push({ from: day, to: day, sales, net: BigInt(netCredits) });
    key = next;
  }
  return bars;
}

/** A round number that nothing exceeds: 1, 2 or 5 with zeros; the top of the scale. */
export function topOf(values: readonly bigint[]): bigint {
  const highest = values.reduce((most, value) => (value > most ? value : most), 1n);
  const power = 10n ** BigInt(String(highest).length - 1);
  return [1n, 2n, 5n, 10n].map((step) => step * power).find((top) => top >= highest)!;
}

/** How far up the scale, from 0 to 1, to a thousandth: only for drawing. */
export const shareOf = (value: bigint, top: bigint): number => Number((value * 1000n) / top) / 1000;
