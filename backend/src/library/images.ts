import type { Image, ImagePatch } from '@rendermart/contract';
import { type Actor, Failure, type Tx } from '../platform/index.ts';
import { releaseBlobs } from './blobs-store.ts';
import type { Library } from './context.ts';
import * as store from './images-store.ts';
import { insertLike, lockLikeable, removeLike } from './likes-store.ts';
import { presentImage } from './present.ts';
import { findElsewhere, findSamePicture } from './same-picture.ts';

/** Pure: own images, and published ones for whom they are published. */
export function maySee(
  image: { account_id: string; published_at: Date | null; trashed_at: Date | null },
  viewerId: string | null,
  audience: 'members' | 'everyone',
): boolean {
  if (viewerId !== null && image.account_id === viewerId) return true;
  return image.published_at !== null && image.trashed_at === null && (viewerId !== null || audience === 'everyone');
}

/** An own or published image. Fails with `not_found` alike for what does not exist and for what is somebody else's. */
export async function readImage(library: Library, actor: Pick<Actor, 'accountId' | 'name'> | null, id: string): Promise<Image> {
  const viewerId = actor?.accountId ?? null;
  const [row, { exploreAudience }] = await Promise.all([
    store.findImage(library.database.read, id, viewerId),
    library.accounts.settings(),
  ]);
  if (!row || !maySee(row, viewerId, exploreAudience)) throw new Failure('not_found');
  return presentImage(row, viewerId, await ownerName(library, row, actor));
}

async function ownerName(
  library: Library,
  row: store.ImageRow,
  actor: Pick<Actor, 'accountId' | 'name'> | null,
): Promise<string> {
  if (actor?.accountId === row.account_id) return actor.name;
  return (await library.accounts.namesOf(library.database.read, [row.account_id])).get(row.account_id) ?? '';
}

export async function updateImage(library: Library, actor: Actor, id: string, patch: ImagePatch): Promise<Image> {
  await library.database.tx(async (tx) => {
    // What a disabled person published is hidden in the transaction that disables them; nothing may come after that.
    if (patch.published) await library.accounts.requireActive(tx, actor.accountId);
    const own = await store.lockOwn(tx, id, actor.accountId);
    if (!own) throw new Failure('not_found');
    if (own.trashed) throw new Failure('image_trashed');
    if (patch.published) await refusePublishing(tx, actor, id, own);
    await store.changeImage(tx, id, patch, library.clock.now());
  });
  return readImage(library, actor, id);
}

async function refusePublishing(tx: Tx, { accountId }: Actor, id: string, own: store.OwnState): Promise<void> {
  if (own.listed) throw new Failure('image_listed');
  if (own.withheld) throw new Failure('image_moderated');
  if (own.licensed) throw new Failure('licence_forbids');
  const elsewhere = await findElsewhere(tx, await findSamePicture(tx, id), accountId);
  if (elsewhere.withheld) throw new Failure('image_moderated');
  if (elsewhere.soldAway) throw new Failure('licence_forbids', { message: soldAwayMessage });
}

const soldAwayMessage = 'You sold this picture exclusively: only its buyer may offer or publish it.';

/** Into the trash, and out of everybody else's sight. Answers how many moved; other people's ids count as nothing. Fails with `image_listed`. */
export async function trashImages(library: Library, actor: Actor, ids: readonly string[]): Promise<{ changed: number }> {
  return library.database.tx(async (tx) => {
    if (await store.anyListed(tx, actor.accountId, ids)) throw new Failure('image_listed');
    return { changed: await store.trashImages(tx, actor.accountId, ids, library.clock.now()) };
  });
}

/** Undoes `trashImages`. What was published stays private until it is published again. */
export async function restoreImages(library: Library, actor: Actor, ids: readonly string[]): Promise<{ changed: number }> {
  return library.database.tx(async (tx) => ({ changed: await store.restoreImages(tx, actor.accountId, ids) }));
}

/** For good, and only from the trash. The bytes go an hour later, when no other image has the same. */
export async function purgeImages(library: Library, actor: Actor, ids: readonly string[]): Promise<{ changed: number }> {
  return library.database.tx(async (tx) => ({ changed: await purge(library, tx, ids, actor.accountId) }));
}

export async function purge(library: Library, tx: Tx, ids: readonly string[], accountId?: string): Promise<number> {
  const { images, blobIds } = await store.deleteTrashed(tx, ids, accountId);
  if (blobIds.length > 0) await releaseBlobs(tx, blobIds, library.clock.now());
  return images;
}

/** One like of each account. The image is locked first, so that the count is the number of likes at every moment. */
export async function likeImage(library: Library, actor: Actor, id: string): Promise<Image> {
  await library.database.tx(async (tx) => {
    if (!(await lockLikeable(tx, id))) throw new Failure('not_found');
    await insertLike(tx, id, actor.accountId, library.clock.now());
  });
  return readImage(library, actor, id);
}

export async function unlikeImage(library: Library, actor: Actor, id: string): Promise<Image> {
  await library.database.tx(async (tx) => {
    if (!(await lockLikeable(tx, id))) throw new Failure('not_found');
    await removeLike(tx, id, actor.accountId);
  });
  return readImage(library, actor, id);
}
