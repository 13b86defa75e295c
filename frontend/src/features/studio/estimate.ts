/** A duration as people say it: rounded to what it can be trusted for. */
export interface Rough {
  unit: 'second' | 'minute' | 'hour';
  value: number;
}

/** Seconds up to a minute and a half (by fives above twenty), then minutes, then hours. */
export function rough(ms: number): Rough {
  const seconds = Math.max(1, ms / 1000);
  if (seconds < 20) return { unit: 'second', value: Math.round(seconds) };
  if (seconds < 90) return { unit: 'second', value: Math.round(seconds / 5) * 5 };
  if (seconds < 5400) return { unit: 'minute', value: Math.max(2, Math.round(seconds / 60)) };
  return { unit: 'hour', value: Math.round(seconds / 3600) };
}

export interface EstimateParts {
  likely: Rough;
  low: Rough;
  high: Rough;
  isTight: boolean;
}

/** `isTight` when the band says nothing more than the middle does. */
export function estimateParts({ lowMs, likelyMs, highMs }: { lowMs: number; likelyMs: number; highMs: number }): EstimateParts {
  const [low, likely, high] = [rough(lowMs), rough(likelyMs), rough(highMs)];
  return { low, likely, high, isTight: low.unit === high.unit && low.value === high.value };
}

export function roughText({ unit, value }: Rough, locale: string): string {
  // French puts a narrow space before the unit, for which the page's typeface has no glyph.
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' })
    .format(value)
    .replaceAll('\u202f', '\u00a0');
}
