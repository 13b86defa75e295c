import { z } from 'zod';
import { Failure } from '../platform/index.ts';

/** The place behind a row: the value that the list is sorted by, and the row's id. */
export type ListingPosition = readonly [value: number | string, id: string];
const Position = z.tuple([z.union([z.int(), z.string().regex(/^\d{1,12}$/)]), z.uuid()]);

export function writeCursor(position: ListingPosition): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Fails with `invalid_input` for any text that is no cursor. */
export function readCursor(cursor: string | undefined): ListingPosition | undefined {
  if (cursor === undefined) return undefined;
  const result = Position.safeParse(parsed(cursor));
  if (!result.success)
    throw new Failure('invalid_input', {
      field: 'cursor',
      message: 'Not a cursor of this list. Take the nextCursor of the page before, with the same sorting.',
    });
  return result.data;
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
