import { z } from 'zod';
import { Failure } from '../platform/index.ts';

const id = z.uuid();
// What the database can compare: moments to the end of the year 9999, and counts.
const time = z.int().min(0).max(253_402_300_799_999);
const likes = z.int32();
const positions = { time: z.tuple([time, id]), likes: z.tuple([likes, time, id]) };
export type CursorKind = keyof typeof positions;

/** Pure: the place behind a row, as opaque text. */
export function writeCursor(position: readonly (number | Date | string)[]): string {
  const plain = position.map((part) => (part instanceof Date ? part.getTime() : part));
  return Buffer.from(JSON.stringify(plain)).toString('base64url');
}

/** Pure: the place that a cursor of this kind of list names. Fails with `invalid_input` for any other text. */
export function readCursor(kind: CursorKind, cursor: string | undefined): (number | Date | string)[] | undefined {
  if (cursor === undefined) return undefined;
  const result = positions[kind].safeParse(parsed(cursor));
  const message = 'Not a cursor of this list. Take the nextCursor of the page before, with the same sorting.';
  if (!result.success) throw new Failure('invalid_input', { field: 'cursor', issues: [{ field: 'cursor', message }] });
  const [id, unixMs, ...likes] = result.data.toReversed();
  return [...likes, new Date(unixMs!), id!];
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
