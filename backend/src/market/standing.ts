import { sql } from 'kysely';
import type { Tx } from '../platform/index.ts';
import type { MarketDeps } from './deps.ts';

/** A page of the market shows and sells nothing of somebody who is away; what they offer stays, and comes back with them. */
export async function setSellerAway(tx: Tx, accountId: string, isAway: boolean): Promise<void> {
  await sql`
    with mine as (select id from market.listings where seller_id = ${accountId} order by id for update)
    update market.listings as listing set seller_away = ${isAway} from mine where listing.id = mine.id
  `.execute(tx);
}

/** Takes everything off the market that somebody offered, and what only they had a use for. Purchases and their receipts stay. */
export async function closeSeller({ clock }: Pick<MarketDeps, 'clock'>, tx: Tx, accountId: string): Promise<void> {
  await sql`
    with mine as (select id from market.listings where seller_id = ${accountId} and state in ('active', 'hidden') order by id for update)
    update market.listings as listing set state = 'withdrawn', ended_at = ${clock.now()}, hidden_reason = null from mine where listing.id = mine.id
  `.execute(tx);
  // What was never sold is nobody's any more, and its words may say who wrote them.
  await sql`
    update market.listings set title = '', description = '', prompt = '', recipe = null where seller_id = ${accountId} and sold_count = 0
  `.execute(tx);
  await takeLikesBack(tx, accountId);
  // Where to send the money.
  await sql`update market.payouts set note = '' where account_id = ${accountId}`.execute(tx);
}

async function takeLikesBack(tx: Tx, accountId: string): Promise<void> {
  await sql`
    with liked as (
      select listing.id from market.listings as listing join market.likes on listing_id = listing.id
      where account_id = ${accountId} order by listing.id for update of listing
    ), removed as (delete from market.likes where account_id = ${accountId})
    update market.listings as listing set likes = likes - 1 from liked where listing.id = liked.id
  `.execute(tx);
}
