import { sql } from 'kysely';
import type { Reader } from '../platform/index.ts';

export type RunKind = 'backup' | 'restore_drill';

/** One backup or drill that ended. */
export interface Run {
  id: string;
  kind: RunKind;
  backupName: string | null;
  startedAt: Date;
  finishedAt: Date;
  ok: boolean;
  detail: string;
}

export async function insertRun(reader: Reader, run: Run): Promise<void> {
  await sql`
    insert into backup.runs (id, kind, backup_name, started_at, finished_at, ok, detail)
    values (${run.id}, ${run.kind}, ${run.backupName}, ${run.startedAt}, ${run.finishedAt}, ${run.ok}, ${run.detail})
  `.execute(reader);
}

/** How the last run of a kind ended, and when the last good one did; nulls when there was none. */
export interface Latest {
  kind: RunKind;
  lastOk: boolean | null;
  lastSuccessAt: Date | null;
}

export async function readLatest(reader: Reader): Promise<Latest[]> {
  const { rows } = await sql<{ kind: RunKind; last_ok: boolean | null; last_success_at: Date | null }>`
    select kind,
      (select ok from backup.runs where runs.kind = kinds.kind order by finished_at desc limit 1) as last_ok,
      (select max(finished_at) from backup.runs where runs.kind = kinds.kind and ok) as last_success_at
    from (values ('backup'), ('restore_drill')) as kinds (kind)
  `.execute(reader);
  return rows.map((row) => ({ kind: row.kind, lastOk: row.last_ok, lastSuccessAt: row.last_success_at }));
}
