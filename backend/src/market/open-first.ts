import { type RawBuilder, sql } from 'kysely';
import { readCursor, writeCursor } from './cursor.ts';

/** Lists that show what is still to be decided first, each part newest first: the condition for what comes after a cursor. */
export function openFirst(
  isDecided: RawBuilder<unknown>,
  id: RawBuilder<unknown>,
  cursor: string | undefined,
): RawBuilder<unknown> {
  const position = readCursor(cursor, 'openFirst');
  if (position === undefined) return sql`true`;
  const [decided, below] = position;
  return decided === 0 ? sql`(${isDecided} or ${id} < ${below}::uuid)` : sql`(${isDecided} and ${id} < ${below}::uuid)`;
}

export function writeOpenFirst(isDecided: boolean, id: string): string {
  return writeCursor('openFirst', [isDecided ? 1 : 0, id]);
}
