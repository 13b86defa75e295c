import type { ListingQuery } from '@rendermart/contract';
import { z } from 'zod';
import { Failure } from '../platform/index.ts';

/** The place behind a row: the value that the list is sorted by, and the row's id. */
export type ListingPosition = readonly [value: number | string, id: string];

const price = z.string().regex(/^\d{1,12}$/);
/** What each list is sorted by, as the database can compare it: moments to the end of the year 9999, counts, credits, and yes or no. */
const values = {
  newest: z.int().min(0).max(253_402_300_799_999),
  liked: z.int32(),
  cheapest: price,
  dearest: price,
  openFirst: z.union([z.literal(0), z.literal(1)]),
} satisfies Record<ListingQuery['sort'] | 'openFirst', z.ZodType<number | string>>;
export type ListOrder = keyof typeof values;

/** A cursor says of which order it is: in another one its value means something else, or nothing. */
export function writeCursor(order: ListOrder, position: ListingPosition): string {
  return Buffer.from(JSON.stringify([order, ...position])).toString('base64url');
}

/** Fails with `invalid_input` for any text that is no cursor of this order. */
export function readCursor(cursor: string | undefined, order: ListOrder): ListingPosition | undefined {
  if (cursor === undefined) return undefined;
  const result = z.tuple([z.literal(order), values[order], z.uuid()]).safeParse(parsed(cursor));
  if (!result.success)
    throw new Failure('invalid_input', {
      field: 'cursor',
      message: 'Not a cursor of this list. Take the nextCursor of the page before, with the same sorting.',
    });
  const [, value, id] = result.data;
  return [value, id];
}

/** A cursor that is only an id, of lists that are sorted by id. */
export function readIdCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  if (!z.uuid().safeParse(cursor).success)
    throw new Failure('invalid_input', { field: 'cursor', message: 'Not a cursor of this list.' });
  return cursor;
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
