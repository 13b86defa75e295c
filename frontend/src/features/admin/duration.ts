// French puts a narrow space before the unit, for which the page's typeface has no glyph.
const narrowSpace = '\u202f';

/** A span of time as people say it: the largest unit that fits, with one decimal for seconds under ten. */
export function durationText(ms: number, locale: string): string {
  const units = [
    ['day', 86_400_000],
    ['hour', 3_600_000],
    ['minute', 60_000],
    ['second', 1_000],
  ] as const;
  const [unit, sizeMs] = units.find(([, size]) => ms >= size) ?? (['millisecond', 1] as const);
  const fraction = unit === 'second' && ms < 10_000 ? 1 : 0;
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: fraction })
    .format(ms / sizeMs)
    .replaceAll(narrowSpace, '\u00a0');
}
