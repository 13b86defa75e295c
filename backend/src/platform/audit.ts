import type { AuditAct, AuditEntry, AuditQuery } from '@rendermart/contract';
import { sql } from 'kysely';
import type { Reader, Tx } from './database.ts';

export type Change = AuditEntry['changes'][number];

/** One act of an administrator. */
export interface Act {
  actorId: string;
  act: AuditAct;
  /** What it was done to, such as `account:<id>`. */
  subject: string;
  /** What that is called now: it may be gone when somebody reads the log. */
  name: string;
  reason?: string;
  changes?: readonly Change[];
  /** Writes the act once however often it is told with this key, for requests that may be repeated. */
  key?: string;
}

/** Writes an act down in the transaction that carries it out: both commit, or neither. The table takes nothing back. */
export async function writeAudit(tx: Tx, { actorId, act, subject, name, reason, changes = [], key }: Act): Promise<void> {
  await sql`
    insert into platform.audit (actor_id, act, subject, name, reason, changes, key)
    values (${actorId}, ${act}, ${subject}, ${name}, ${reason ?? null}, ${JSON.stringify(changes)}::jsonb, ${key ?? null})
    on conflict (key) do nothing
  `.execute(tx);
}

/** What a patch changes, field by field; fields that stay as they were, or that the patch does not name, are left out. */
export function changesOf(before: Readonly<Record<string, unknown>>, patch: Readonly<Record<string, unknown>>): Change[] {
  return Object.entries(patch)
    .filter(([field, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(before[field]))
    .map(([field, value]) => ({ field, from: lineOf(before[field]), to: lineOf(value) }));
}

/** Structures do not fit a line of a log; that they changed is said all the same. */
function lineOf(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

export interface AuditRow {
  id: string;
  actor_id: string;
  act: AuditAct;
  subject: string;
  name: string;
  reason: string | null;
  changes: Change[];
  created_at: Date;
}

/** Acts, the newest first, below an id. Ids grow with time, so they are the order and the cursor. */
export async function listAudit(reader: Reader, query: Omit<AuditQuery, 'cursor'>, below: string | null): Promise<AuditRow[]> {
  const pattern = query.q ? `%${query.q.replaceAll(/[\\%_]/g, '\\$&')}%` : undefined;
  const conditions = [
    below === null ? null : sql`id < ${below}::bigint`,
    query.act === undefined ? null : sql`act = ${query.act}`,
    query.actorId === undefined ? null : sql`actor_id = ${query.actorId}`,
    query.from === undefined ? null : sql`created_at >= ${query.from}::date::timestamp at time zone 'utc'`,
    query.to === undefined ? null : sql`created_at < (${query.to}::date + 1)::timestamp at time zone 'utc'`,
    pattern === undefined ? null : sql`(name ilike ${pattern} or reason ilike ${pattern})`,
  ].filter((condition) => condition !== null);
  const { rows } = await sql<AuditRow>`
    select id::text, actor_id, act, subject, name, reason, changes, created_at from platform.audit
    where ${conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)} order by audit.id desc limit ${query.limit}
  `.execute(reader);
  return rows;
}

/** The ids of everybody who stands in the log for more than closing their own account: those who left would only grow the list. */
export async function listAuditActors(reader: Reader): Promise<string[]> {
  const { rows } = await sql<{ actor_id: string }>`
    select distinct actor_id from platform.audit where act <> 'account.closed'`.execute(reader);
  return rows.map((row) => row.actor_id);
}
