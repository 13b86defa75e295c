import type { Image, Recipe } from '@rendermart/contract';
import { type RawBuilder, sql } from 'kysely';
import type { Reader, Tx } from '../platform/index.ts';
import { isOwnThumbnail } from './rules.ts';
import type { DescentRow, Licence } from './same-picture.ts';

/** A row of `library.images` as a viewer meets it. */
export interface ImageRow {
  id: string;
  account_id: string;
  origin: Image['origin'];
  licence: 'personal' | 'commercial' | null;
  purchase_id: string | null;
  listed_at: Date | null;
  generation_id: string | null;
  media_type: string;
  size_bytes: number;
  width: number;
  height: number;
  transparent: boolean;
  placeholder: string | null;
  title: string | null;
  prompt: string;
  recipe: Recipe | null;
  parent_id: string | null;
  favourite: boolean;
  likes: number;
  created_at: Date;
  published_at: Date | null;
  trashed_at: Date | null;
  liked: boolean;
  collection_ids: string[];
}

/** The columns of `ImageRow` from `library.images i`; what hangs on the viewer is looked up in the same statement. */
export function imageColumns(viewerId: string | null): RawBuilder<unknown> {
  return sql`i.id, i.account_id, i.origin, i.licence, i.purchase_id, i.listed_at, i.generation_id, i.media_type, i.size_bytes, i.width, i.height, i.transparent, i.placeholder,
    i.title, i.prompt, i.recipe, i.parent_id, i.favourite, i.likes, i.created_at, i.published_at, i.trashed_at,
    exists (select 1 from library.likes l where l.image_id = i.id and l.account_id = ${viewerId}::uuid) as liked,
    case when i.account_id = ${viewerId}::uuid
      then array(select c.collection_id from library.collection_images c where c.image_id = i.id order by c.collection_id)
      else '{}' end as collection_ids`;
}

export async function findImage(reader: Reader, id: string, viewerId: string | null): Promise<ImageRow | undefined> {
  const { rows } = await sql<ImageRow>`select ${imageColumns(viewerId)} from library.images i where i.id = ${id}`.execute(reader);
  return rows[0];
}

export async function findImagesOfGenerations(
  reader: Reader,
  generationIds: readonly string[],
  viewerId: string,
): Promise<ImageRow[]> {
  const { rows } = await sql<ImageRow>`
    select ${imageColumns(viewerId)} from library.images i
    where i.generation_id = any(${generationIds}::uuid[]) and i.trashed_at is null
    order by i.generation_id, i.generation_index`.execute(reader);
  return rows;
}

/** What reading an image's bytes needs to know. */
export interface ServedRow extends DescentRow {
  media_type: string;
  size_bytes: number;
  width: number;
  height: number;
  title: string | null;
  prompt: string;
  recipe: Recipe | null;
  published_at: Date | null;
  trashed_at: Date | null;
  sha256: string;
  storage_key: string;
  blob_id: string;
  has_thumbnails: boolean;
}

export async function findServed(reader: Reader, ids: readonly string[]): Promise<ServedRow[]> {
  const { rows } = await sql<ServedRow>`
    select i.id, i.account_id, i.media_type, i.size_bytes, i.width, i.height, i.title, i.prompt, i.recipe, i.published_at, i.trashed_at,
      b.sha256, b.storage_key, b.id as blob_id, b.thumbnails_at is not null as has_thumbnails, i.licence, i.purchase_id, i.root_id, i.sold_by, i.withheld_at
    from library.images i join library.blobs b on b.id = i.blob_id
    where i.id = any(${ids}::uuid[])`.execute(reader);
  return rows;
}

export interface NewImage {
  id: string;
  accountId: string;
  origin: Image['origin'];
  generationId: string | null;
  index: number | null;
  blobId: string;
  mediaType: string;
  sizeBytes: number;
  width: number;
  height: number;
  transparent: boolean;
  placeholder: string;
  recipe: Recipe | null;
  parentId: string | null;
  licence: Licence | null;
  rootId: string | null;
  soldBy: string[] | null;
  withheldAt: Date | null;
  createdAt: Date;
}

/**
 * Inserts an image and counts it on its blob, whose file is written, in one statement. `exists`: the generation already has an image of
 * this index, and nothing changed. `swept`: the blob was condemned meanwhile, so the transaction must not commit.
 */
export async function insertImage(tx: Tx, image: NewImage): Promise<'exists' | 'swept' | { hasThumbnails: boolean }> {
  const { rows } = await sql<{ added: boolean; has_thumbnails: boolean | null }>`
    with added as (insert into library.images (id, account_id, origin, generation_id, generation_index, blob_id, media_type, size_bytes,
      width, height, transparent, placeholder, prompt, model_id, recipe, parent_id, licence, purchase_id, root_id, sold_by, withheld_at, created_at)
    values (${image.id}, ${image.accountId}, ${image.origin}, ${image.generationId}, ${image.index}, ${image.blobId}, ${image.mediaType}, ${image.sizeBytes},
      ${image.width}, ${image.height}, ${image.transparent}, ${image.placeholder}, ${image.recipe?.prompt ?? ''}, ${image.recipe?.modelId ?? null},
      ${image.recipe === null ? null : JSON.stringify(image.recipe)}::jsonb, ${image.parentId}, ${image.licence?.kind ?? null}, ${image.licence?.purchaseId ?? null}, ${image.rootId}, ${image.soldBy}, ${image.withheldAt}, ${image.createdAt})
    on conflict (generation_id, generation_index) where generation_id is not null do nothing
    returning blob_id, created_at),
    used as (update library.blobs b set uses = uses + 1, stored_at = coalesce(stored_at, added.created_at), touched_at = greatest(touched_at, added.created_at),
        thumbnails_at = case when ${isOwnThumbnail(image)} then coalesce(thumbnails_at, added.created_at) else thumbnails_at end
      from added where b.id = added.blob_id and condemned_at is null returning thumbnails_at is not null as has_thumbnails)
    select exists (select from added) as added, (select has_thumbnails from used) as has_thumbnails`.execute(tx);
  const { added, has_thumbnails: hasThumbnails } = rows[0]!;
  if (!added) return 'exists';
  return hasThumbnails === null ? 'swept' : { hasThumbnails };
}

export async function findGenerated(reader: Reader, generationId: string, index: number): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from library.images where generation_id = ${generationId} and generation_index = ${index}`.execute(reader);
  return rows[0]?.id;
}

/** What decides whether an own image may be changed. */
export interface OwnState {
  trashed: boolean;
  listed: boolean;
  licensed: boolean;
  withheld: boolean;
}

/** Locked until the transaction ends; undefined when it is not this person's. */
export async function lockOwn(tx: Tx, id: string, accountId: string): Promise<OwnState | undefined> {
  const { rows } = await sql<OwnState>`
    select trashed_at is not null as trashed, listed_at is not null as listed, origin = 'licensed' as licensed, withheld_at is not null as withheld
    from library.images where id = ${id} and account_id = ${accountId} for update`.execute(tx);
  return rows[0];
}

export interface ImageChange {
  title?: string | null | undefined;
  favourite?: boolean | undefined;
  published?: boolean | undefined;
}

export async function changeImage(tx: Tx, id: string, change: ImageChange, now: Date): Promise<void> {
  const published = change.published ?? null;
  await sql`
    update library.images set
      title = case when ${change.title !== undefined} then ${change.title || null} else title end,
      favourite = coalesce(${change.favourite ?? null}::boolean, favourite),
      published_at = case when ${published}::boolean is null then published_at when ${published}::boolean then coalesce(published_at, ${now}::timestamptz) end
    where id = ${id}`.execute(tx);
}

/** Rows are locked in the order of their ids, so that two such operations at once wait for each other instead of blocking for ever. */
function ownInOrder(accountId: string, ids: readonly string[], trashed: boolean): RawBuilder<unknown> {
  return sql`select id from library.images where account_id = ${accountId} and id = any(${ids}::uuid[])
    and trashed_at is ${trashed ? sql`not null` : sql`null`} order by id for update`;
}

/** Whether any of these own images is offered on the market; locks them, so that none becomes so meanwhile. */
export async function anyListed(tx: Tx, accountId: string, ids: readonly string[]): Promise<boolean> {
  const { rows } = await sql`
    with mine as (${ownInOrder(accountId, ids, false)})
    select 1 from mine join library.images i on i.id = mine.id where i.listed_at is not null limit 1`.execute(tx);
  return rows.length > 0;
}

export async function trashImages(tx: Tx, accountId: string, ids: readonly string[], now: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    with mine as (${ownInOrder(accountId, ids, false)})
    update library.images i set trashed_at = ${now}, published_at = null from mine where i.id = mine.id`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

export async function restoreImages(tx: Tx, accountId: string, ids: readonly string[]): Promise<number> {
  const { numAffectedRows } = await sql`
    with mine as (${ownInOrder(accountId, ids, true)})
    update library.images i set trashed_at = null from mine where i.id = mine.id`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** Ids of the trash that were there longest, locked; another process that empties the trash takes others. */
export async function lockOldTrash(tx: Tx, before: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from library.images where trashed_at is not null and trashed_at < ${before}
    order by trashed_at limit ${limit} for update skip locked`.execute(tx);
  return rows.map((row) => row.id);
}

/** How many images went, and the blobs that lost an image or a mask, once for each. */
export interface Deleted {
  images: number;
  blobIds: string[];
}

/** Deletes images for good, and their masks with them. */
async function deleteImages(tx: Tx, which: RawBuilder<unknown>): Promise<Deleted> {
  const { rows } = await sql<{ blob_id: string; is_mask: boolean }>`
    with gone as (delete from library.images where ${which} returning id, blob_id),
      masks as (delete from library.masks m using gone where m.image_id = gone.id returning m.blob_id)
    select blob_id, false as is_mask from gone union all select blob_id, true from masks`.execute(tx);
  return { images: rows.filter((row) => !row.is_mask).length, blobIds: rows.map((row) => row.blob_id) };
}

/** Deletes some images of an account, whatever their state; none when it has no more. */
export async function deleteSomeOf(tx: Tx, accountId: string, limit: number): Promise<Deleted> {
  return deleteImages(
    tx,
    sql`id in (select id from library.images where account_id = ${accountId} order by id limit ${limit} for update)`,
  );
}

/** Deletes images of the trash. */
export async function deleteTrashed(tx: Tx, ids: readonly string[], accountId?: string): Promise<Deleted> {
  if (accountId !== undefined) await ownInOrder(accountId, ids, true).execute(tx);
  const own = accountId === undefined ? sql`` : sql`and account_id = ${accountId}`;
  return deleteImages(tx, sql`id = any(${ids}::uuid[]) and trashed_at is not null ${own}`);
}

export async function countImages(reader: Reader, accountIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ account_id: string; images: number }>`
    select account_id, count(*) as images from library.images
    where account_id = any(${accountIds}::uuid[]) and trashed_at is null group by account_id`.execute(reader);
  return new Map(rows.map((row) => [row.account_id, row.images]));
}
