import { z } from 'zod';

export const Id = z.uuid();
export const IdParams = z.strictObject({ id: Id });
export const Timestamp = z.iso.datetime();
/** A day of the calendar, which begins with the year 1 for a database. */
export const Day = z.iso.date().refine((day) => !day.startsWith('0000'), 'There is no year 0. Write a day such as 2026-11-27.');

/** An opaque position in a list; pass `nextCursor` of one page to get the following one. */
export const Cursor = z.string().max(200).optional();
/** A whole number in a query string. */
export const queryInt = (min: number, max: number, fallback: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);
/** `true` or `false` in a query string. */
export const queryFlag = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .optional();

export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable().describe('null on the last page') });

export const Ids = z.strictObject({ ids: z.array(Id).min(1).max(500) });
export const Locale = z.enum(['en', 'fr']);
export type Locale = z.infer<typeof Locale>;
