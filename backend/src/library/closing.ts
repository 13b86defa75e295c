import { sql } from 'kysely';
import type { Tx } from '../platform/index.ts';
import { releaseBlobs } from './blobs-store.ts';
import type { Library } from './context.ts';
import { deleteSomeOf } from './images-store.ts';
import { deleteMasksOf } from './masks-store.ts';

export const emptyAccountTask = 'library.empty-account';
const batch = 200;

/** Hides everything of an account from everybody at once, forgets what it arranged and liked, and queues that its images go for good. */
export async function closeLibrary({ tasks }: Library, tx: Tx, accountId: string): Promise<void> {
  await sql`
    with shown as (
      select id from library.images where account_id = ${accountId} and (published_at is not null or listed_at is not null) order by id for update
    )
    update library.images i set published_at = null, listed_at = null from shown where i.id = shown.id`.execute(tx);
  await sql`
    with liked as (
      select i.id from library.images i join library.likes l on l.image_id = i.id where l.account_id = ${accountId} order by i.id for update of i
    ), removed as (delete from library.likes where account_id = ${accountId})
    update library.images i set likes = likes - 1 from liked where i.id = liked.id`.execute(tx);
  await sql`delete from library.collections where account_id = ${accountId}`.execute(tx);
  await sql`delete from library.archives where account_id = ${accountId}`.execute(tx);
  await tasks.add(tx, emptyAccountTask, { accountId });
}

/**
 * The task: deletes the images and masks of a closed account, a few hundred at a time. Licences that others bought are rows of their own on the
 * same bytes, which therefore stay; the bytes that nobody uses any more are swept. After a crash it goes on where it was.
 */
export async function emptyAccount(library: Library, accountId: string, signal: AbortSignal): Promise<void> {
  await library.database.tx(async (tx) => {
    const blobIds = await deleteMasksOf(tx, accountId);
    if (blobIds.length > 0) await releaseBlobs(tx, blobIds, library.clock.now());
  });
  for (let gone = -1; gone !== 0;) {
    signal.throwIfAborted();
    gone = await library.database.tx(async (tx) => {
      const { images, blobIds } = await deleteSomeOf(tx, accountId, batch);
      if (blobIds.length > 0) await releaseBlobs(tx, blobIds, library.clock.now());
      return images;
    });
  }
}
