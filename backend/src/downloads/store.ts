import type { DownloadFailureCode, DownloadState } from '@rendermart/contract';
import { sql } from 'kysely';
import type { Reader, Tx } from '../platform/index.ts';
import type { SourceFile } from './rules.ts';

export interface DownloadRow {
  id: string;
  model_id: string;
  folder: string;
  name: string;
  source: 'hub' | 'folder';
  origin: string;
  revision: string | null;
  licence: string | null;
  requested_by: string;
  state: DownloadState;
  failure_code: DownloadFailureCode | null;
  failure_detail: string | null;
  total_bytes: string;
  received_bytes: string;
  created_at: Date;
}

export interface FileRow extends SourceFile {
  done: boolean;
}

export type NewDownload = Pick<
  DownloadRow,
  'id' | 'model_id' | 'folder' | 'name' | 'source' | 'origin' | 'revision' | 'licence' | 'requested_by' | 'created_at'
> & { files: readonly SourceFile[]; totalBytes: number };

/** Answers false when a download of this model exists already. */
export async function insertDownload(tx: Tx, row: NewDownload): Promise<boolean> {
  const { rows } = await sql`
    insert into downloads.models (id, model_id, folder, name, source, origin, revision, licence, requested_by, state, total_bytes, created_at)
    values (${row.id}, ${row.model_id}, ${row.folder}, ${row.name}, ${row.source}, ${row.origin}, ${row.revision}, ${row.licence},
      ${row.requested_by}, 'queued', ${row.totalBytes}, ${row.created_at})
    on conflict (model_id) do nothing returning id`.execute(tx);
  if (rows.length === 0) return false;
  const files = row.files.map(({ path, sizeBytes, checksum }) => ({ path, size_bytes: sizeBytes, checksum }));
  await sql`
    insert into downloads.files (download_id, path, size_bytes, checksum)
    select ${row.id}, path, size_bytes, checksum
    from jsonb_to_recordset(${JSON.stringify(files)}::jsonb) as file (path text, size_bytes bigint, checksum text)`.execute(tx);
  return true;
}

export async function listDownloads(reader: Reader): Promise<DownloadRow[]> {
  return (await sql<DownloadRow>`select * from downloads.models order by created_at desc, id desc`.execute(reader)).rows;
}

export async function readDownload(reader: Reader, id: string): Promise<DownloadRow | undefined> {
  return (await sql<DownloadRow>`select * from downloads.models where id = ${id}`.execute(reader)).rows[0];
}

export async function lockDownload(tx: Tx, id: string): Promise<DownloadRow | undefined> {
  return (await sql<DownloadRow>`select * from downloads.models where id = ${id} for update`.execute(tx)).rows[0];
}

export async function listFiles(reader: Reader, id: string): Promise<FileRow[]> {
  const { rows } = await sql<{ path: string; size_bytes: string; checksum: string | null; done: boolean }>`
    select path, size_bytes, checksum, done from downloads.files where download_id = ${id} order by size_bytes, path`.execute(
    reader,
  );
  return rows.map(({ size_bytes, ...row }) => ({ ...row, sizeBytes: Number(size_bytes) }));
}

export async function setState(tx: Tx, id: string, state: 'queued' | 'cancelled' | 'removing'): Promise<void> {
  await sql`
    update downloads.models set state = ${state}, failure_code = null, failure_detail = null, lease = null, lease_until = null,
      finished_at = ${state === 'cancelled' ? sql`now()` : sql`null`}
    where id = ${id}`.execute(tx);
}

export async function deleteDownload(tx: Tx, id: string): Promise<void> {
  await sql`delete from downloads.models where id = ${id}`.execute(tx);
}

/** How long a worker that says nothing is believed to be at work. */
export const leaseSeconds = 15;

/** Takes the work on a download; nothing when it ended, was stopped, or another worker is at it. */
export async function claimDownload(tx: Tx, id: string, lease: string): Promise<DownloadRow | undefined> {
  const { rows } = await sql<DownloadRow>`
    update downloads.models set state = 'running', lease = ${lease}, lease_until = now() + make_interval(secs => ${leaseSeconds})
    where id = ${id} and state in ('queued', 'running') and (lease_until is null or lease_until < now())
    returning *`.execute(tx);
  return rows[0];
}

/** Tells how far it is, and that this worker is still at it. Answers false when it is not its work any more. */
export async function renew(reader: Reader, id: string, lease: string, received: number): Promise<boolean> {
  const { rows } = await sql`
    update downloads.models set received_bytes = least(${received}::bigint, total_bytes),
      lease_until = now() + make_interval(secs => ${leaseSeconds})
    where id = ${id} and lease = ${lease} and state = 'running' returning id`.execute(reader);
  return rows.length > 0;
}

export async function finishFile(reader: Reader, id: string, path: string): Promise<void> {
  await sql`update downloads.files set done = true where download_id = ${id} and path = ${path}`.execute(reader);
}

/** Lets go of unfinished work, for another worker or a later time. */
export async function release(tx: Tx, id: string, lease: string): Promise<void> {
  await sql`update downloads.models set state = 'queued', lease = null, lease_until = null where id = ${id} and lease = ${lease}`.execute(
    tx,
  );
}

/** Writes the end. Nothing is written when the work was taken away in between. */
export async function finish(
  tx: Tx,
  id: string,
  lease: string,
  failure: { code: DownloadFailureCode; detail: string } | null,
): Promise<void> {
  await sql`
    update downloads.models set state = ${failure ? 'failed' : 'succeeded'}, failure_code = ${failure?.code ?? null},
      failure_detail = ${failure?.detail ?? null}, lease = null, lease_until = null, finished_at = now(),
      received_bytes = ${failure ? sql.ref('received_bytes') : sql.ref('total_bytes')}
    where id = ${id} and lease = ${lease}`.execute(tx);
}

/**
 * Downloads that somebody should be at and nobody is: their worker died, or their task was lost. Those that wait while
 * another one runs are in nobody's hands either, and come next by themselves.
 */
export async function listAbandoned(reader: Reader): Promise<Pick<DownloadRow, 'id' | 'state'>[]> {
  const { rows } = await sql<Pick<DownloadRow, 'id' | 'state'>>`
    select id, state from downloads.models
    where state = 'removing' or (state = 'running' and lease_until < now())
      or (state = 'queued' and not exists (select from downloads.models where state = 'running' and lease_until >= now()))`.execute(
    reader,
  );
  return rows;
}
