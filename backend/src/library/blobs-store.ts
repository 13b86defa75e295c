import { sql } from 'kysely';
import type { Reader, Tx } from '../platform/index.ts';

export interface NewBlob {
  id: string;
  sha256: string;
  storageKey: string;
  mediaType: string;
  sizeBytes: number;
  now: Date;
}

/**
 * The living blob of this content: the known one, which is thereby kept for another while, or a new one.
 * `stored` false: its file may be missing, so write it before anything names it.
 */
export async function claimBlob(reader: Reader, blob: NewBlob): Promise<{ id: string; storageKey: string; stored: boolean }> {
  const { rows } = await sql<{ id: string; storage_key: string; stored: boolean }>`
    insert into library.blobs as b (id, sha256, storage_key, media_type, size_bytes, touched_at)
    values (${blob.id}, ${blob.sha256}, ${blob.storageKey}, ${blob.mediaType}, ${blob.sizeBytes}, ${blob.now})
    on conflict (sha256) where condemned_at is null do update set touched_at = greatest(b.touched_at, excluded.touched_at)
    returning b.id, b.storage_key, b.stored_at is not null as stored`.execute(reader);
  const row = rows[0]!;
  return { id: row.id, storageKey: row.storage_key, stored: row.stored };
}

/** Counts one more image on a blob that another image keeps in use. */
export async function useBlob(tx: Tx, id: string, now: Date): Promise<void> {
  await sql`update library.blobs set uses = uses + 1, touched_at = greatest(touched_at, ${now}::timestamptz) where id = ${id}`.execute(
    tx,
  );
}

/** @param ids a blob stands there once for each image that it lost */
export async function releaseBlobs(tx: Tx, ids: readonly string[], now: Date): Promise<void> {
  await sql`
    with lost as (select id, count(*) as images from unnest(${ids}::uuid[]) as id group by id),
      locked as (select b.id, lost.images from library.blobs b join lost on lost.id = b.id order by b.id for update of b)
    update library.blobs b set uses = b.uses - locked.images, touched_at = greatest(b.touched_at, ${now}::timestamptz)
    from locked where b.id = locked.id`.execute(tx);
}

export interface SweptBlob {
  id: string;
  storageKey: string;
}

/**
 * Condemns blobs that no image uses and nobody touched since `before`, and names those that were condemned earlier and are still there.
 * A row that is being used right now is waited for and then looked at again (read committed), so `uses = 0` is the truth.
 */
export async function condemnBlobs(reader: Reader, before: Date, now: Date, limit: number): Promise<SweptBlob[]> {
  const { rows } = await sql<{ id: string; storage_key: string }>`
    update library.blobs set condemned_at = coalesce(condemned_at, ${now})
    where uses = 0 and touched_at < ${before}
      and id in (select id from library.blobs where uses = 0 and touched_at < ${before} order by touched_at limit ${limit})
    returning id, storage_key`.execute(reader);
  return rows.map((row) => ({ id: row.id, storageKey: row.storage_key }));
}

export async function forgetBlob(reader: Reader, id: string): Promise<void> {
  await sql`delete from library.blobs where id = ${id} and condemned_at is not null`.execute(reader);
}

/** Of these keys, those that a row names. */
export async function knownKeys(reader: Reader, storageKeys: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ storage_key: string }>`
    select storage_key from library.blobs where storage_key = any(${storageKeys}::text[])`.execute(reader);
  return new Set(rows.map((row) => row.storage_key));
}

/** Of these SHA-256 sums, those whose bytes an image uses or may still use. */
export async function keptContents(reader: Reader, sums: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ sha256: string }>`
    select sha256 from library.blobs where sha256 = any(${sums}::text[]) and condemned_at is null`.execute(reader);
  return new Set(rows.map((row) => row.sha256));
}

/** The files of originals that images name, for a backup to be compared with. */
export async function namedFiles(reader: Reader): Promise<{ key: string; sizeBytes: number }[]> {
  const { rows } = await sql<{ key: string; size_bytes: number }>`
    select storage_key as key, size_bytes from library.blobs where uses > 0 order by storage_key`.execute(reader);
  return rows.map((row) => ({ key: row.key, sizeBytes: row.size_bytes }));
}

export interface ThumbnailWork {
  blobId: string;
  storageKey: string;
  width: number;
  height: number;
  done: boolean;
}

/** What is known of these blobs; those that no image uses any more are left out. */
export async function findThumbnailWork(reader: Reader, blobIds: readonly string[]): Promise<ThumbnailWork[]> {
  const { rows } = await sql<ThumbnailWork>`
    select distinct on (b.id) b.id as "blobId", b.storage_key as "storageKey", i.width, i.height, b.thumbnails_at is not null as done
    from library.blobs b join library.images i on i.blob_id = b.id where b.id = any(${blobIds}::uuid[])`.execute(reader);
  return rows;
}

/** Blobs are locked in the order of their ids, so that two such statements at once wait for each other instead of blocking for ever. */
export async function markThumbnails(tx: Tx, blobIds: readonly string[], now: Date): Promise<void> {
  await sql`
    with due as (select id from library.blobs where id = any(${blobIds}::uuid[]) and thumbnails_at is null order by id for update)
    update library.blobs b set thumbnails_at = ${now} from due where b.id = due.id`.execute(tx);
}

/** One image of each blob that has been in use since before `before`, yet not since before `after`, and still has no thumbnails. */
export async function findWithoutThumbnails(
  reader: Reader,
  when: { after: Date; before: Date },
  limit: number,
): Promise<{ blobId: string; imageId: string; accountId: string }[]> {
  const { rows } = await sql<{ blobId: string; imageId: string; accountId: string }>`
    select b.id as "blobId", i.id as "imageId", i.account_id as "accountId" from library.blobs b
    cross join lateral (select id, account_id from library.images where blob_id = b.id order by id limit 1) i
    where b.thumbnails_at is null and b.uses > 0 and b.touched_at > ${when.after} and b.touched_at < ${when.before}
    order by b.touched_at limit ${limit}`.execute(reader);
  return rows;
}
