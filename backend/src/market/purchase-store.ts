import { sql } from 'kysely';
import type { Reader, Tx } from '../platform/index.ts';
import type { PurchaseRow } from './tables.ts';

const columns = sql`id, listing_id, image_id, buyer_id, seller_id, kind, title, price_credits::text, fee_credits::text, edition, edition_limit,
  licence_kind, licence_version, licence_texts, created_at`;

/**
 * Writes the purchase and its key down and counts the sale, in one statement: they are written while every other buyer
 * of the listing waits.
 */
export async function recordPurchase(
  tx: Tx,
  row: PurchaseRow,
  { key, expectedPriceCredits, isLast }: { key: string; expectedPriceCredits: string; isLast: boolean },
): Promise<void> {
  await sql`
    with purchase as (
      insert into market.purchases (id, listing_id, image_id, buyer_id, seller_id, kind, title, price_credits, fee_credits, edition, edition_limit,
        licence_kind, licence_version, licence_texts, created_at)
      values (${row.id}, ${row.listing_id}, ${row.image_id}, ${row.buyer_id}, ${row.seller_id}, ${row.kind}, ${row.title}, ${row.price_credits}::bigint,
        ${row.fee_credits}::bigint, ${row.edition}, ${row.edition_limit}, ${row.licence_kind}, ${row.licence_version},
        ${JSON.stringify(row.licence_texts)}::jsonb, ${row.created_at})
      returning id, buyer_id, listing_id, created_at
    ), remembered as (
      insert into market.purchase_keys (account_id, key, listing_id, expected_price_credits, purchase_id)
      select buyer_id, ${key}, listing_id, ${expectedPriceCredits}::bigint, id from purchase
    )
    update market.listings as listing set sold_count = sold_count + 1,
      state = case when ${isLast} then 'sold' else state end, ended_at = case when ${isLast} then purchase.created_at end
    from purchase where listing.id = purchase.listing_id
  `.execute(tx);
}

/** What a buyer did before: with this key, and with this listing. */
export interface Before {
  key: PurchaseKey | null;
  hasBought: boolean;
}

export async function readBefore(reader: Reader, buyerId: string, key: string, listingId: string): Promise<Before> {
  const { rows } = await sql<{ key: PurchaseKey | null; has_bought: boolean }>`
    select (
        select jsonb_build_object('listing_id', listing_id, 'expected_price_credits', expected_price_credits::text, 'purchase_id', purchase_id)
        from market.purchase_keys where account_id = ${buyerId} and key = ${key}
      ) as key,
      exists (select from market.purchases where listing_id = ${listingId} and buyer_id = ${buyerId}) as has_bought
  `.execute(reader);
  return { key: rows[0]!.key, hasBought: rows[0]!.has_bought };
}

/** How many licences of these images somebody sold. */
export async function countLicences(tx: Tx, sellerId: string, imageIds: readonly string[]): Promise<number> {
  const { rows } = await sql<{ sold: number }>`
    select count(*)::int as sold from market.purchases
    where image_id = any(${imageIds}::uuid[]) and seller_id = ${sellerId} and kind = 'licence'`.execute(tx);
  return rows[0]!.sold;
}

/** Purchases of a listing, the newest first; a hundred are enough to find a copy that somebody kept. */
export async function listPurchaseIds(reader: Reader, listingId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from market.purchases where listing_id = ${listingId} order by edition desc limit 100
  `.execute(reader);
  return rows.map((row) => row.id);
}

/** A purchase that this person is a side of. */
export async function readPurchase(reader: Reader, accountId: string, id: string): Promise<PurchaseRow | undefined> {
  const { rows } = await sql<PurchaseRow>`
    select ${columns} from market.purchases where id = ${id} and (buyer_id = ${accountId} or seller_id = ${accountId})
  `.execute(reader);
  return rows[0];
}

/** Purchases or sales, newest first. Ids grow with time, so they are the order and the cursor. */
export async function listPurchases(
  reader: Reader,
  accountId: string,
  role: 'buyer' | 'seller',
  below: string | null,
  limit: number,
): Promise<PurchaseRow[]> {
  const side = role === 'buyer' ? sql`buyer_id` : sql`seller_id`;
  const { rows } = await sql<PurchaseRow>`
    select ${columns} from market.purchases
    where ${side} = ${accountId} and id < coalesce(${below}::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') order by id desc limit ${limit}
  `.execute(reader);
  return rows;
}

/** What a key stood for the first time. */
export interface PurchaseKey {
  listing_id: string;
  expected_price_credits: string;
  purchase_id: string;
}

export interface SalesDay {
  day: string;
  sales: number;
  net: string;
}

/** Earnings of the last days, a row a day in UTC, days without sales included. */
export async function readSalesDays(reader: Reader, sellerId: string, now: Date, days: number): Promise<SalesDay[]> {
  const { rows } = await sql<SalesDay>`
    select to_char(each.day, 'YYYY-MM-DD') as day, coalesce(sales, 0) as sales, coalesce(gross - fee, 0)::text as net
    from generate_series((${now}::timestamptz at time zone 'utc')::date - (${days}::int - 1), (${now}::timestamptz at time zone 'utc')::date, interval '1 day') as each (day)
    left join market.sales_days as made on made.seller_id = ${sellerId} and made.day = each.day::date
    order by each.day
  `.execute(reader);
  return rows;
}

export interface SalesTotals {
  sales: number;
  gross: string;
  fee: string;
}

export async function readSalesTotals(reader: Reader, sellerId: string): Promise<SalesTotals> {
  const { rows } = await sql<SalesTotals>`
    select coalesce(sum(sales), 0)::int as sales, coalesce(sum(gross), 0)::text as gross, coalesce(sum(fee), 0)::text as fee
    from market.sales_days where seller_id = ${sellerId}
  `.execute(reader);
  return rows[0]!;
}

/** How much a person bought, and what it cost. */
export async function readPurchaseTotals(reader: Reader, buyerId: string): Promise<{ purchases: number; paid: string }> {
  const { rows } = await sql<{ purchases: number; paid: string }>`
    select count(*)::int as purchases, coalesce(sum(price_credits), 0)::text as paid from market.purchases where buyer_id = ${buyerId}
  `.execute(reader);
  return rows[0]!;
}

export async function readSeller(
  reader: Reader,
  sellerId: string,
): Promise<{ listings: number; sales: number; since: Date | null }> {
  const { rows } = await sql<{ listings: number; sales: number; since: Date | null }>`
    select (select count(*)::int from market.listings where seller_id = ${sellerId} and state = 'active' and not seller_away) as listings,
      (select coalesce(sum(sales), 0)::int from market.sales_days where seller_id = ${sellerId}) as sales,
      (select min(created_at) from market.listings where seller_id = ${sellerId}) as since
  `.execute(reader);
  return rows[0]!;
}
