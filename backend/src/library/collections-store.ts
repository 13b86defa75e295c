import { sql } from 'kysely';
import type { Reader, Tx } from '../platform/index.ts';

export interface CollectionRow {
  id: string;
  name: string;
  created_at: Date;
  images: number;
  cover_ids: string[];
}

const columns = sql`c.id, c.name, c.created_at,
  (select count(*) from library.collection_images m join library.images i on i.id = m.image_id where m.collection_id = c.id and i.trashed_at is null) as images,
  array(select m.image_id from library.collection_images m join library.images i on i.id = m.image_id
    where m.collection_id = c.id and i.trashed_at is null order by m.created_at desc, m.image_id desc limit 4) as cover_ids`;

export async function findCollections(reader: Reader, accountId: string): Promise<CollectionRow[]> {
  const { rows } = await sql<CollectionRow>`
    select ${columns} from library.collections c where c.account_id = ${accountId} order by lower(c.name), c.id`.execute(reader);
  return rows;
}

export async function findOwnCollection(reader: Reader, id: string, accountId: string): Promise<CollectionRow | undefined> {
  const { rows } =
    await sql<CollectionRow>`select ${columns} from library.collections c where c.id = ${id} and c.account_id = ${accountId}`.execute(
      reader,
    );
  return rows[0];
}

export async function insertCollection(
  reader: Reader,
  collection: { id: string; accountId: string; name: string; now: Date },
): Promise<void> {
  await sql`insert into library.collections (id, account_id, name, created_at)
    values (${collection.id}, ${collection.accountId}, ${collection.name}, ${collection.now})`.execute(reader);
}

export async function renameCollection(reader: Reader, id: string, accountId: string, name: string): Promise<boolean> {
  const { numAffectedRows } =
    await sql`update library.collections set name = ${name} where id = ${id} and account_id = ${accountId}`.execute(reader);
  return numAffectedRows === 1n;
}

export async function deleteCollection(reader: Reader, id: string, accountId: string): Promise<boolean> {
  const { numAffectedRows } = await sql`delete from library.collections where id = ${id} and account_id = ${accountId}`.execute(
    reader,
  );
  return numAffectedRows === 1n;
}

/** Locked, so that it is not deleted before the transaction ends. */
export async function lockCollection(tx: Tx, id: string, accountId: string): Promise<boolean> {
  const { rows } =
    await sql`select 1 from library.collections where id = ${id} and account_id = ${accountId} for key share`.execute(tx);
  return rows.length === 1;
}

/** Only one's own images go in; those of the trash do not. */
export async function addToCollection(tx: Tx, id: string, accountId: string, imageIds: readonly string[]): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into library.collection_images (collection_id, image_id, created_at)
    select ${id}, i.id, i.created_at from library.images i
    where i.account_id = ${accountId} and i.id = any(${imageIds}::uuid[]) and i.trashed_at is null order by i.id
    on conflict do nothing`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

export async function removeFromCollection(tx: Tx, id: string, imageIds: readonly string[]): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from library.collection_images where collection_id = ${id} and image_id = any(${imageIds}::uuid[])`.execute(tx);
  return Number(numAffectedRows ?? 0);
}
