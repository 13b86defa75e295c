import type { Recipe } from '@rendermart/contract';
import { sql } from 'kysely';
import { type Tx, invariant } from '../platform/index.ts';
import type { Library } from './context.ts';
import { findServed } from './images-store.ts';
import { readOriginal } from './originals.ts';
import { type Elsewhere, findElsewhere, findSamePicture } from './same-picture.ts';

/** What a room that sells images needs to know before one is offered. */
export interface ImageForSale extends Elsewhere {
  trashed: boolean;
  listed: boolean;
  licensed: boolean;
  /** The ids of all images of the same picture, itself included, whoever has them and also where they are gone. */
  samePicture: string[];
  recipe: Recipe | null;
  prompt: string;
  width: number;
  height: number;
  transparent: boolean;
  placeholder: string | null;
}

type LockedImage = Omit<ImageForSale, 'samePicture' | keyof Elsewhere> & { id: string };

/** Locks all that the account has of the same picture, so that two of them are not offered at the same moment. */
export async function lockForSale(tx: Tx, accountId: string, imageId: string): Promise<ImageForSale | null> {
  const samePicture = await findSamePicture(tx, imageId);
  const { rows } = await sql<LockedImage>`
    select id, trashed_at is not null as trashed, listed_at is not null as listed, origin = 'licensed' as licensed,
      recipe, prompt, width, height, transparent, placeholder
    from library.images where id = any(${samePicture}::uuid[]) and account_id = ${accountId} order by id for update`.execute(tx);
  const image = rows.find(({ id }) => id === imageId);
  return image ? { ...image, ...(await findElsewhere(tx, samePicture, accountId)), samePicture } : null;
}

/** What is listed is private: published, everybody could take it without paying. */
export async function markListed(library: Library, tx: Tx, imageId: string, listed: boolean): Promise<void> {
  const at = listed ? library.clock.now() : null;
  await sql`update library.images set listed_at = ${at}, published_at = case when ${listed} then null else published_at end where id = ${imageId}`.execute(
    tx,
  );
}

/**
 * What moderators withhold is private, and can be neither listed nor published until they no longer do: the image, and all that
 * `accountId` has of the same picture. Other people who have the same bytes keep theirs: one of them may be whom they were taken from.
 */
export async function markWithheld(
  library: Library,
  tx: Tx,
  { imageId, accountId }: { imageId: string; accountId: string },
  withheld: boolean,
): Promise<void> {
  const at = withheld ? library.clock.now() : null;
  await sql`
    with mine as (
      select id from library.images where id = any(${await findSamePicture(tx, imageId)}::uuid[])
        and (account_id = ${accountId} or id = ${imageId}) order by id for update
    )
    update library.images i set withheld_at = ${at}, published_at = case when ${withheld} then null else published_at end,
      away_published_at = case when ${withheld} then null else away_published_at end
    from mine where i.id = mine.id`.execute(tx);
}

/** What a disabled person published is shown to nobody, and again to everybody when they are enabled. */
export async function setOwnerAway(tx: Tx, accountId: string, isAway: boolean): Promise<void> {
  if (isAway) await hidePublished(tx, accountId);
  else await showAgain(tx, accountId);
}

async function hidePublished(tx: Tx, accountId: string): Promise<void> {
  await sql`
    with shown as (
      select id from library.images where account_id = ${accountId} and published_at is not null and trashed_at is null order by id for update
    )
    update library.images i set away_published_at = published_at, published_at = null from shown where i.id = shown.id`.execute(
    tx,
  );
}

/** Unless something happened meanwhile that forbids it. */
async function showAgain(tx: Tx, accountId: string): Promise<void> {
  await sql`
    with hidden as (
      select id from library.images where account_id = ${accountId} and away_published_at is not null order by id for update
    )
    update library.images i set away_published_at = null,
      published_at = case when trashed_at is null and listed_at is null and withheld_at is null then away_published_at end
    from hidden where i.id = hidden.id`.execute(tx);
}

// Which private picture it was drawn from, and by which mask, stays the seller's.
const recipeForOthers = sql`(recipe || '{"sourceImageId": null}'::jsonb) - 'maskId'`;

export interface LicenceGrant {
  imageId: string;
  accountId: string;
  purchaseId: string;
  licence: 'personal' | 'commercial';
}

/** A row of the buyer's own, on the same bytes: it stays whatever the seller does with theirs. */
export async function grantLicence(
  library: Library,
  tx: Tx,
  { imageId, accountId, purchaseId, licence }: LicenceGrant,
): Promise<void> {
  const now = library.clock.now();
  const { numAffectedRows } = await sql`
    with copy as (
      insert into library.images (id, account_id, origin, blob_id, media_type, size_bytes, width, height, transparent, placeholder, title, prompt, model_id,
        recipe, created_at, licence, purchase_id)
      select ${library.ids.next()}, ${accountId}, 'licensed', blob_id, media_type, size_bytes, width, height, transparent, placeholder, title, prompt, model_id,
        ${recipeForOthers}, ${now}, ${licence}, ${purchaseId}
      from library.images where id = ${imageId} returning blob_id
    )
    -- The seller's image keeps the blob from being condemned, so it is there to be used once more.
    update library.blobs as blob set uses = uses + 1, touched_at = greatest(touched_at, ${now}::timestamptz) from copy where blob.id = copy.blob_id`.execute(
    tx,
  );
  invariant(numAffectedRows === 1n, 'what is sold is there to be copied');
}

/** The image itself changes hands, without the traces of the former owner's order, who neither shows nor sells another copy of it. */
export async function transferImage(library: Library, tx: Tx, imageId: string, toAccountId: string): Promise<void> {
  await markSold(tx, imageId, toAccountId);
  await sql`delete from library.collection_images where image_id = ${imageId}`.execute(tx);
  const { numAffectedRows } = await sql`
    update library.images set account_id = ${toAccountId}, generation_id = null, generation_index = null, parent_id = null, favourite = false, listed_at = null,
      recipe = ${recipeForOthers}, created_at = ${library.clock.now()}
    where id = ${imageId}`.execute(tx);
  invariant(numAffectedRows === 1n, 'what is sold is there to be handed over');
}

/**
 * All that the seller has of the picture is marked, the image that goes included: it may be the only one now, and they may have the file.
 * They are locked, so that none is published at this moment. A buyer who sold the picture once has it again.
 */
async function markSold(tx: Tx, imageId: string, buyerId: string): Promise<void> {
  await sql`
    with seller as (select account_id as id from library.images where id = ${imageId}), marked as (
      select id from library.images where id = any(${await findSamePicture(tx, imageId)}::uuid[])
        and (account_id = (select id from seller) or ${buyerId} = any(sold_by)) order by id for update
    )
    update library.images i set
      sold_by = case when i.account_id = seller.id then array_append(array_remove(array_remove(i.sold_by, ${buyerId}), seller.id), seller.id)
        else array_remove(i.sold_by, ${buyerId}) end,
      published_at = case when i.account_id = seller.id then null else i.published_at end
    from marked, seller where i.id = marked.id`.execute(tx);
}

/** The copy that one of these purchases made; what was drawn from it carries the purchase too. The index of copies has these rows only. */
export const copyOf = (purchaseIds: readonly string[]) => sql<{ id: string }>`
  select id from library.images where purchase_id = any(${purchaseIds}::uuid[]) and generation_id is null limit 1`;

async function findCopy(library: Library, purchaseIds: readonly string[]) {
  if (purchaseIds.length === 0) return undefined;
  const { rows } = await copyOf(purchaseIds).execute(library.database.read);
  return rows[0] && (await findServed(library.database.read, [rows[0].id]))[0];
}

/** The bytes of an image that others may see a preview of. */
export interface OriginalForSale {
  sha256: string;
  /** Who has the image, or the copy of it. */
  accountId: string;
  /** Reads the bytes for what decodes them: few pictures at once, because they take memory while it works. */
  decode<Result>(work: (bytes: Uint8Array) => Promise<Result>): Promise<Result>;
}

/**
 * Finds an image, whoever owns it, without reading it. When it is gone, a copy that came with one of `purchaseIds`: what was sold is
 * still seen on its receipts.
 */
export async function findForSale(
  library: Library,
  imageId: string,
  purchaseIds: readonly string[],
): Promise<OriginalForSale | null> {
  const [own] = await findServed(library.database.read, [imageId]);
  const row = own ?? (await findCopy(library, purchaseIds));
  if (!row) return null;
  return {
    sha256: row.sha256,
    accountId: row.account_id,
    decode: (work) => library.decoding(async () => work(await readOriginal(library, row.storage_key))),
  };
}
