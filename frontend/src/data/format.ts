import { useLingui } from '@lingui/react/macro';
import { useMemo } from 'react';
import { noonOf } from './day.ts';

/** Dates, times and sizes as readers of the current language write them. */
export function useFormat() {
  const { i18n } = useLingui();
  const { locale } = i18n;
  return useMemo(() => {
    const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long' });
    const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
    const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
    return {
      number: (value: number) => new Intl.NumberFormat(locale).format(value),
      percent: (value: number) => new Intl.NumberFormat(locale, { style: 'percent' }).format(value),
      date: (iso: string) => day.format(new Date(iso)),
      day: (iso: string) => day.format(noonOf(iso)),
      dateTime: (iso: string) => moment.format(new Date(iso)),
      ago: (iso: string) => relative.format(...agoParts(Date.now() - Date.parse(iso))),
      bytes: (sizeBytes: number) => bytesText(sizeBytes, locale),
      list: (items: readonly string[]) => new Intl.ListFormat(locale).format(items),
    };
  }, [locale]);
}

/** The largest unit that fits, as `Intl.RelativeTimeFormat` wants it. */
export function agoParts(ms: number): [number, Intl.RelativeTimeFormatUnit] {
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31_557_600_000],
    ['month', 2_629_800_000],
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
  ];
  for (const [unit, size] of units) if (Math.abs(ms) >= size) return [-Math.trunc(ms / size), unit];
  return [0, 'second'];
}

export function bytesText(sizeBytes: number, locale: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  const power = Math.min(units.length - 1, sizeBytes > 0 ? Math.floor(Math.log10(sizeBytes) / 3) : 0);
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[power]!,
    unitDisplay: 'short',
    maximumFractionDigits: power > 1 ? 1 : 0,
  })
    .format(sizeBytes / 1000 ** power)
    .replaceAll('\u202f', '\u00a0');
}
