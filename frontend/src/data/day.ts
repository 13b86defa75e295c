/** A day that an address names, such as `2026-03-31`; anything else is none. */
export function readDay(value: unknown): string | undefined {
  return typeof value === 'string' &&
    /^\d{4}-\d{2}-\d{2}$/.test(value) &&
    new Date(`${value}T00:00:00Z`).toJSON()?.startsWith(value)
    ? value
    : undefined;
}

/** A moment of a day without a time. Read as it stands, a day begins at midnight in Greenwich: still the day before in America. */
export const noonOf = (day: string): Date => new Date(`${day}T12:00`);
