import { sql } from 'kysely';
import type { Reader } from '../platform/index.ts';

interface NewArchive {
  id: string;
  accountId: string;
  now: Date;
  expiresAt: Date;
}

/** Keeps those of `ids` that are one's own and in no trash, in their order; none of them makes no row. */
export async function insertArchive(
  reader: Reader,
  archive: NewArchive,
  ids: readonly string[],
): Promise<{ images: number; sizeBytes: number }> {
  const { rows } = await sql<{ images: number; size: number | null }>`
    with asked as (select id, min(place) as place from unnest(${ids}::uuid[]) with ordinality as each (id, place) group by id),
      held as (select i.id, i.size_bytes, asked.place from asked join library.images i on i.id = asked.id
        where i.account_id = ${archive.accountId} and i.trashed_at is null),
      kept as (insert into library.archives (id, account_id, image_ids, created_at, expires_at)
        select ${archive.id}, ${archive.accountId}, array_agg(id order by place), ${archive.now}, ${archive.expiresAt} from held having count(*) > 0)
    select count(*) as images, sum(size_bytes)::bigint as size from held`.execute(reader);
  return { images: rows[0]!.images, sizeBytes: rows[0]!.size ?? 0 };
}

export async function findArchive(reader: Reader, id: string, accountId: string, now: Date): Promise<string[] | undefined> {
  const { rows } = await sql<{ image_ids: string[] }>`
    select image_ids from library.archives where id = ${id} and account_id = ${accountId} and expires_at > ${now}`.execute(
    reader,
  );
  return rows[0]?.image_ids;
}

export async function deleteExpiredArchives(reader: Reader, now: Date): Promise<void> {
  await sql`delete from library.archives where expires_at <= ${now}`.execute(reader);
}
