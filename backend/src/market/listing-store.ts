import type { ListingQuery } from '@rendermart/contract';
import { type RawBuilder, sql } from 'kysely';
import { type Reader, type Tx, planEachTime } from '../platform/index.ts';
import type { ListingPosition } from './cursor.ts';
import type { ListingRow, OfferRow } from './tables.ts';

const columns = sql`id, image_id, seller_id, kind, licence, price_credits::text, edition_limit, sold_count, state, seller_away, title, description, show_recipe, recipe,
  model_name, width, height, transparent, orientation, colours, placeholder, likes, hidden_reason, moderated_at, created_at`;

export interface NewListing extends Omit<
  ListingRow,
  'sold_count' | 'state' | 'seller_away' | 'likes' | 'hidden_reason' | 'moderated_at'
> {
  prompt: string;
  model_id: string | null;
}

export async function insertListing(tx: Tx, row: NewListing): Promise<void> {
  await sql`
    insert into market.listings (id, image_id, seller_id, kind, licence, price_credits, edition_limit, title, description, show_recipe, recipe, prompt,
      model_id, model_name, width, height, transparent, orientation, colours, placeholder, created_at)
    values (${row.id}, ${row.image_id}, ${row.seller_id}, ${row.kind}, ${row.licence}, ${row.price_credits}::bigint, ${row.edition_limit}, ${row.title},
      ${row.description}, ${row.show_recipe}, ${row.recipe === null ? null : JSON.stringify(row.recipe)}::jsonb, ${row.prompt}, ${row.model_id},
      ${row.model_name}, ${row.width}, ${row.height}, ${row.transparent}, ${row.orientation}, ${row.colours}, ${row.placeholder}, ${row.created_at})
  `.execute(tx);
}

export async function readListing(reader: Reader, id: string): Promise<ListingRow | undefined> {
  const { rows } = await sql<ListingRow>`select ${columns} from market.listings where id = ${id}`.execute(reader);
  return rows[0];
}

export async function lockListing(tx: Tx, id: string): Promise<ListingRow | undefined> {
  const { rows } = await sql<ListingRow>`select ${columns} from market.listings where id = ${id} for update`.execute(tx);
  return rows[0];
}

const offerColumns = sql`id, image_id, seller_id, kind, licence, price_credits::text, edition_limit, sold_count, state, seller_away, title`;

export async function readOffer(reader: Reader, id: string): Promise<OfferRow | undefined> {
  const { rows } = await sql<OfferRow>`select ${offerColumns} from market.listings where id = ${id}`.execute(reader);
  return rows[0];
}

export async function lockOffer(tx: Tx, id: string): Promise<OfferRow | undefined> {
  const { rows } = await sql<OfferRow>`select ${offerColumns} from market.listings where id = ${id} for update`.execute(tx);
  return rows[0];
}

export interface ListingChange {
  priceCredits?: string | undefined;
  title?: string | undefined;
  description?: string | undefined;
  showRecipe?: boolean | undefined;
}

export async function updateListing(tx: Tx, id: string, change: ListingChange): Promise<void> {
  await sql`
    update market.listings set price_credits = coalesce(${change.priceCredits ?? null}::bigint, price_credits), title = coalesce(${change.title ?? null}, title),
      description = coalesce(${change.description ?? null}, description), show_recipe = coalesce(${change.showRecipe ?? null}::boolean, show_recipe)
    where id = ${id}
  `.execute(tx);
}

/** What is hidden stays moderated. The version before this one hides without saying so. */
export async function withdrawListing(tx: Tx, id: string, at: Date): Promise<void> {
  await sql`
    update market.listings set state = 'withdrawn', ended_at = ${at}, hidden_reason = null,
      moderated_at = case state when 'hidden' then coalesce(moderated_at, ${at}) else moderated_at end
    where id = ${id}
  `.execute(tx);
}

/** What has ended stays ended, but is moderated all the same. */
export async function hideListing(tx: Tx, id: string, reason: string, at: Date): Promise<void> {
  await sql`
    update market.listings set moderated_at = ${at}, state = case state when 'active' then 'hidden' else state end,
      hidden_reason = case state when 'active' then ${reason} else hidden_reason end
    where id = ${id}
  `.execute(tx);
}

export async function restoreListing(tx: Tx, id: string): Promise<void> {
  await sql`
    update market.listings set moderated_at = null, hidden_reason = null, state = case state when 'hidden' then 'active' else state end
    where id = ${id}
  `.execute(tx);
}

/** An image that somebody offers, and the ids of all that show the same picture. */
export interface PictureOf {
  imageId: string;
  sellerId: string;
  samePicture: readonly string[];
}

/** Whether moderators keep a listing of an image off the market, or one that its seller made of the same picture. */
export async function isModerated(tx: Tx, { imageId, sellerId, samePicture }: PictureOf): Promise<boolean> {
  const { rows } = await sql`
    select 1 from market.listings where image_id = any(${samePicture}::uuid[]) and (image_id = ${imageId} or seller_id = ${sellerId})
      and moderated_at is not null limit 1
  `.execute(tx);
  return rows.length > 0;
}

/** Whether the seller offers the picture at the moment. */
export async function isOnSale(tx: Tx, { sellerId, samePicture }: PictureOf): Promise<boolean> {
  const { rows } = await sql`
    select 1 from market.listings where image_id = any(${samePicture}::uuid[]) and seller_id = ${sellerId} and state = 'active' limit 1
  `.execute(tx);
  return rows.length > 0;
}

/** Locks a listing, and those of the same picture by the same seller that are offered or moderated. */
export async function lockOfPicture(tx: Tx, id: string, { sellerId, samePicture }: PictureOf): Promise<ListingRow[]> {
  const { rows } = await sql<ListingRow>`
    select ${columns} from market.listings where seller_id = ${sellerId} and (id = ${id}
      or (image_id = any(${samePicture}::uuid[]) and (state in ('active', 'hidden') or moderated_at is not null)))
    order by id for update
  `.execute(tx);
  return rows;
}

/** How a seller offers another image of the same picture at the moment; null when they do not. */
export async function readOtherOffer(
  tx: Tx,
  { imageId, sellerId, samePicture }: PictureOf,
): Promise<'licence' | 'exclusive' | null> {
  const { rows } = await sql<{ kind: 'licence' | 'exclusive' }>`
    select kind from market.listings where image_id = any(${samePicture}::uuid[]) and image_id <> ${imageId} and seller_id = ${sellerId}
      and state in ('active', 'hidden') order by kind limit 1
  `.execute(tx);
  return rows[0]?.kind ?? null;
}

/** Likes or takes a like back; the count follows in the same statement, so that it is right however many do it at once. */
export async function setLike(tx: Tx, listingId: string, accountId: string, likes: boolean): Promise<void> {
  const { numAffectedRows } = likes
    ? await sql`insert into market.likes (listing_id, account_id) values (${listingId}, ${accountId}) on conflict do nothing`.execute(
        tx,
      )
    : await sql`delete from market.likes where listing_id = ${listingId} and account_id = ${accountId}`.execute(tx);
  if (numAffectedRows !== 1n) return;
  await sql`update market.listings set likes = likes + ${likes ? 1 : -1} where id = ${listingId}`.execute(tx);
}

/** Which of these listings a person liked, and which they bought. */
export async function readRelations(
  reader: Reader,
  accountId: string,
  listingIds: readonly string[],
): Promise<{ liked: Set<string>; bought: Map<string, string> }> {
  const liked = await sql<{ listing_id: string }>`
    select listing_id from market.likes where account_id = ${accountId} and listing_id = any(${listingIds}::uuid[])
  `.execute(reader);
  const bought = await sql<{ listing_id: string; id: string }>`
    select listing_id, id from market.purchases where buyer_id = ${accountId} and listing_id = any(${listingIds}::uuid[])
  `.execute(reader);
  return {
    liked: new Set(liked.rows.map((row) => row.listing_id)),
    bought: new Map(bought.rows.map((row) => [row.listing_id, row.id])),
  };
}

const orders: Record<
  ListingQuery['sort'],
  { order: RawBuilder<unknown>; after(position: ListingPosition): RawBuilder<unknown> }
> = {
  newest: {
    order: sql`created_at desc, id desc`,
    after: ([value, id]) => sql`(created_at, id) < (${new Date(value)}, ${id}::uuid)`,
  },
  liked: { order: sql`likes desc, id desc`, after: ([value, id]) => sql`(likes, id) < (${value}::int, ${id}::uuid)` },
  // With the table's name: the bare one is the text of the answer, and “1000” comes before “50”.
  cheapest: {
    order: sql`listings.price_credits, id`,
    after: ([value, id]) => sql`(price_credits, id) > (${value}::bigint, ${id}::uuid)`,
  },
  dearest: {
    order: sql`listings.price_credits desc, id desc`,
    after: ([value, id]) => sql`(price_credits, id) < (${value}::bigint, ${id}::uuid)`,
  },
};

/** A page of listings: what is for sale, or with `ownerId` that person's own in every state. */
export async function listListings(
  reader: Reader,
  query: ListingQuery,
  position: ListingPosition | undefined,
  ownerId: string | null,
  limit: number,
): Promise<ListingRow[]> {
  const { order, after } = orders[query.sort];
  const conditions = [
    ownerId === null ? sql`state = 'active' and not seller_away` : sql`seller_id = ${ownerId}`,
    query.sellerId === undefined ? null : sql`seller_id = ${query.sellerId}`,
    query.minPrice === undefined ? null : sql`price_credits >= ${query.minPrice}::bigint`,
    query.maxPrice === undefined ? null : sql`price_credits <= ${query.maxPrice}::bigint`,
    query.licence === undefined ? null : sql`licence = ${query.licence}`,
    query.modelId === undefined ? null : sql`model_id = ${query.modelId}`,
    query.orientation === undefined ? null : sql`orientation = ${query.orientation}`,
    query.colour === undefined ? null : sql`${query.colour} = any(colours)`,
    query.from === undefined ? null : sql`created_at >= ${query.from}::date::timestamp at time zone 'utc'`,
    query.to === undefined ? null : sql`created_at < (${query.to}::date + 1)::timestamp at time zone 'utc'`,
    query.q ? sql`words @@ ${wordsQuery(query.q)}` : null,
    position === undefined ? null : after(position),
  ].filter((condition) => condition !== null);
  const { rows } = await sql<ListingRow>`
    select ${columns} from market.listings where ${sql.join(conditions, sql` and `)} order by ${order} limit ${limit} ${planEachTime}
  `.execute(reader);
  return rows;
}

/** Every word must be there; the last one may be the beginning of a word, because it is still being typed. */
function wordsQuery(text: string): RawBuilder<unknown> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return sql`to_tsquery('simple', ${words.map((word, index) => (index === words.length - 1 ? `${word}:*` : word)).join(' & ')})`;
}
