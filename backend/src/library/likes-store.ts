import { sql } from 'kysely';
import type { Tx } from '../platform/index.ts';

/** Locks a published image; false when there is none of this id. */
export async function lockLikeable(tx: Tx, imageId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from library.images where id = ${imageId} and published_at is not null and trashed_at is null for update`.execute(
    tx,
  );
  return rows.length === 1;
}

export async function insertLike(tx: Tx, imageId: string, accountId: string, now: Date): Promise<void> {
  await sql`
    with added as (insert into library.likes (image_id, account_id, created_at) values (${imageId}, ${accountId}, ${now}) on conflict do nothing returning 1)
    update library.images set likes = likes + 1 where id = ${imageId} and exists (select from added)`.execute(tx);
}

export async function removeLike(tx: Tx, imageId: string, accountId: string): Promise<void> {
  await sql`
    with removed as (delete from library.likes where image_id = ${imageId} and account_id = ${accountId} returning 1)
    update library.images set likes = likes - 1 where id = ${imageId} and exists (select from removed)`.execute(tx);
}
