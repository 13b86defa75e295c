import type { AuditEntry, AuditQuery } from '@rendermart/contract';
import { listAudit, listAuditActors, readNumberCursor } from '../platform/index.ts';
import type { AccountsContext } from './context.ts';
import { columnOf } from './store.ts';

/** A page of the audit log, with the names of today of those who acted; the first page also names everybody to filter by. */
export async function readAudit(
  { database }: AccountsContext,
  query: AuditQuery,
): Promise<{ items: AuditEntry[]; nextCursor: string | null; actors: AuditEntry['actor'][] }> {
  const below = readNumberCursor(query.cursor);
  const [rows, actorIds] = await Promise.all([
    listAudit(database.read, { ...query, limit: query.limit + 1 }, below),
    below === null ? listAuditActors(database.read) : [],
  ]);
  const names = await columnOf(database.read, 'name', [...new Set([...actorIds, ...rows.map((row) => row.actor_id)])]);
  const actorOf = (id: string) => ({ id, name: names.get(id) ?? '?' });
  const items = rows.slice(0, query.limit).map(({ actor_id, created_at, ...row }) => ({
    ...row,
    actor: actorOf(actor_id),
    createdAt: created_at.toISOString(),
  }));
  const nextCursor = rows.length > query.limit ? items.at(-1)!.id : null;
  return { items, nextCursor, actors: actorIds.map(actorOf).sort((one, other) => one.name.localeCompare(other.name)) };
}
