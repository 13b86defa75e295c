import type { StorageReport } from '@rendermart/contract';
import { sql } from 'kysely';
import type { Library } from './context.ts';

interface ShareRow {
  account_id: string;
  images: number;
  size: number;
  trashed: number;
  trashed_size: number;
}

/** What is stored, and for whom, the largest first. The same bytes count for each person who has them, once on the disk. */
export async function reportStorage(library: Library): Promise<StorageReport> {
  const { read } = library.database;
  const { rows: shares } = await sql<ShareRow>`
    select account_id, count(*) as images, sum(size_bytes)::bigint as size,
      count(*) filter (where trashed_at is not null) as trashed, coalesce(sum(size_bytes) filter (where trashed_at is not null), 0)::bigint as trashed_size
    from library.images group by account_id order by size desc, account_id`.execute(read);
  const { rows: stored } = await sql<{
    size: number;
  }>`select coalesce(sum(size_bytes), 0)::bigint as size from library.blobs`.execute(read);
  const names = await library.accounts.namesOf(
    read,
    shares.map((row) => row.account_id),
  );
  const total = (key: 'images' | 'trashed' | 'trashed_size') => shares.reduce((sum, row) => sum + row[key], 0);
  return {
    driver: library.storage.driver,
    images: total('images'),
    sizeBytes: stored[0]!.size,
    trashedImages: total('trashed'),
    trashedBytes: total('trashed_size'),
    freeBytes: await library.storage.freeBytes(),
    byPerson: shares.map((row) => ({
      id: row.account_id,
      name: names.get(row.account_id) ?? '',
      images: row.images,
      sizeBytes: row.size,
    })),
  };
}
