import { Id } from '@rendermart/contract';
import { Failure } from './failure.ts';

/** Where a page of a list begins that is sorted by its lines' ids: behind this id, or at the start. Fails with `invalid_input`. */
export const readIdCursor = (cursor: string | undefined): string | null =>
  readCursor(cursor, (text) => Id.safeParse(text).success);

/** The same for lists whose ids are numbers, of as many digits as a bigint surely holds. */
export const readNumberCursor = (cursor: string | undefined): string | null =>
  readCursor(cursor, (text) => /^\d{1,18}$/.test(text));

function readCursor(cursor: string | undefined, isOne: (text: string) => boolean): string | null {
  if (cursor === undefined) return null;
  if (isOne(cursor)) return cursor;
  throw new Failure('invalid_input', {
    field: 'cursor',
    message: 'Not a cursor of this list. Take the nextCursor of the page before, or begin without one.',
  });
}
