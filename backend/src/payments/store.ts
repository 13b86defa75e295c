import type { TopUp, TopUpPack } from '@rendermart/contract';
import { type RawBuilder, sql } from 'kysely';
import type { Reader, Tx } from '../platform/index.ts';
import type { Return, ReturnCause } from './rules.ts';

export interface TopUpRow {
  id: string;
  account_id: string;
  pack_id: string;
  credits: string;
  amount_minor: number;
  currency: string;
  state: TopUp['state'];
  reversed_by: ReturnCause | null;
  taken_credits: string;
  missing_credits: string;
  checkout_url: string | null;
  /** Paid after its account was closed: no credits were made of it. */
  refund_due: boolean;
  created_at: Date;
}

export interface ConcernRow extends TopUpRow {
  payment_id: string | null;
  is_refund_due: boolean;
}

const columns = sql`id, account_id, pack_id, credits::text, amount_minor, currency, state, reversed_by, missing_credits::text, checkout_url, refund_due, created_at,
  coalesce(taken_credits, case state when 'reversed' then credits - missing_credits else 0 end)::text as taken_credits`;

async function select(reader: Reader, condition: RawBuilder<unknown>): Promise<TopUpRow[]> {
  const { rows } = await sql<TopUpRow>`
    select ${columns} from payments.top_ups where ${condition}
  `.execute(reader);
  return rows;
}

/**
 * Remembers a wish under its key. Answers the row of the first time when there was one.
 * @param wish `asker`: a query of the id of who may ask; nothing is remembered when it has no row
 */
export async function insertTopUp(
  reader: Reader,
  wish: { id: string; accountId: string; asker: RawBuilder<unknown>; key: string; pack: TopUpPack; now: Date },
): Promise<TopUpRow | undefined> {
  const { id, accountId, asker, key, pack, now } = wish;
  await sql`
    with asker as (${asker})
    insert into payments.top_ups (id, account_id, idempotency_key, pack_id, credits, amount_minor, currency, created_at)
    select ${id}, asker.id, ${key}, ${pack.id}, ${pack.credits}::bigint, ${pack.amountMinor}::bigint, ${pack.currency}, ${now}::timestamptz from asker
    on conflict (account_id, idempotency_key) do nothing
  `.execute(reader);
  return (await select(reader, sql`account_id = ${accountId} and idempotency_key = ${key}`))[0];
}

/** Nothing is written to what has ended meanwhile: nobody is led to that page. */
export async function setCheckout(reader: Reader, id: string, checkout: { id: string; url: string }): Promise<void> {
  await sql`
    update payments.top_ups set checkout_id = ${checkout.id}, checkout_url = ${checkout.url} where id = ${id} and state = 'open'
  `.execute(reader);
}

/** Sessions that somebody may still pay. */
export async function openCheckoutsOf(reader: Reader, accountId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select checkout_id as id from payments.top_ups where account_id = ${accountId} and state = 'open' and checkout_id is not null
  `.execute(reader);
  return rows.map(({ id }) => id);
}

export async function dropWithoutCheckout(tx: Tx, accountId: string): Promise<void> {
  await changed(tx, sql`state = 'expired' where account_id = ${accountId} and state = 'open' and checkout_id is null`);
}

export async function findByCheckout(tx: Tx, checkoutId: string): Promise<TopUpRow | undefined> {
  return (await select(tx, sql`checkout_id = ${checkoutId}`))[0];
}

export async function listTopUps(reader: Reader, accountId: string): Promise<TopUpRow[]> {
  return select(reader, sql`account_id = ${accountId} order by id desc limit 100`);
}

const isRefundDue = sql`(refund_due and state = 'paid')`;

/** Money that gave no credits, then returned payments whose credits were spent; both newest first. */
export async function listConcerns(reader: Reader, limit: number): Promise<ConcernRow[]> {
  const { rows } = await sql<ConcernRow>`
    select ${columns}, payment_id, ${isRefundDue} as is_refund_due from payments.top_ups
    where ${isRefundDue} or missing_credits > 0 order by is_refund_due desc, id desc limit ${limit}
  `.execute(reader);
  return rows;
}

export async function countRefundsDue(reader: Reader): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from payments.top_ups where ${isRefundDue}
  `.execute(reader);
  return rows[0]!.count;
}

export async function readTopUp(reader: Reader, id: string): Promise<TopUpRow | undefined> {
  return (await select(reader, sql`id = ${id}`))[0];
}

/** False when this event was already carried out. */
export async function rememberEvent(tx: Tx, id: string, type: string): Promise<boolean> {
  const { numAffectedRows } =
    await sql`insert into payments.events (id, type) values (${id}, ${type}) on conflict do nothing`.execute(tx);
  return numAffectedRows === 1n;
}

/** From open to paid; undefined when it is not open any more, or not ours. */
export async function markPaid(
  tx: Tx,
  checkoutId: string,
  { paymentId, refundDue }: { paymentId: string | null; refundDue: boolean },
): Promise<TopUpRow | undefined> {
  return changed(
    tx,
    sql`state = 'paid', payment_id = ${paymentId}, checkout_url = null, refund_due = ${refundDue}
      where checkout_id = ${checkoutId} and state in ('open', 'expired')`,
  );
}

/** Whether this is a top-up of which it is not written down which session was opened for it. */
export async function awaitsCheckout(tx: Tx, topUpId: string): Promise<boolean> {
  return (await select(tx, sql`id::text = ${topUpId} and checkout_id is null`)).length > 0;
}

export async function markExpired(tx: Tx, checkoutId: string): Promise<void> {
  await changed(tx, sql`state = 'expired', checkout_url = null where checkout_id = ${checkoutId} and state = 'open'`);
}

/** Events of one payment are carried out one after the other: a refund and the payment that it is of may come at the same moment. */
export async function lockPayment(tx: Tx, paymentId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`payments:${paymentId}`}, 0))`.execute(tx);
}

/** Writes down what was returned. Refunds only grow, and a dispute that was won stays won, in whatever order the events come. */
export async function rememberReturn(tx: Tx, paymentId: string, { source, cause, amountMinor }: Return): Promise<void> {
  await sql`
    insert into payments.returns as known (payment_id, source, cause, amount_minor) values (${paymentId}, ${source}, ${cause}, ${amountMinor})
    on conflict (payment_id, source) do update set
      amount_minor = case when known.amount_minor is null or excluded.amount_minor is null then null
        else greatest(known.amount_minor, excluded.amount_minor) end
  `.execute(tx);
}

/** The money of a dispute came back, also of one that the version before this wrote down without its id. */
export async function rememberGivenBack(tx: Tx, paymentId: string, source: string): Promise<void> {
  await sql`
    insert into payments.returns (payment_id, source, cause, given_back) values (${paymentId}, ${source}, 'dispute', true)
    on conflict (payment_id, source) do update set given_back = true
  `.execute(tx);
  await sql`
    update payments.returns set given_back = true where payment_id = ${paymentId} and source = 'dispute'
  `.execute(tx);
}

/** What is away: refunds, and disputes that were not won. */
export async function listReturns(tx: Tx, paymentId: string): Promise<Return[]> {
  const { rows } = await sql<Return>`
    select source, cause, amount_minor as "amountMinor" from payments.returns where payment_id = ${paymentId} and not given_back
  `.execute(tx);
  return rows;
}

export async function findPaid(tx: Tx, paymentId: string): Promise<TopUpRow | undefined> {
  return (await select(tx, sql`payment_id = ${paymentId} and state in ('paid', 'reversed')`))[0];
}

export interface ReturnedState {
  state: 'paid' | 'reversed';
  cause: ReturnCause | null;
  taken: bigint;
  missing: bigint;
}

export async function setReturned(tx: Tx, id: string, { state, cause, taken, missing }: ReturnedState): Promise<void> {
  await sql`
    update payments.top_ups set state = ${state}, reversed_by = ${cause}, taken_credits = ${String(taken)}::bigint, missing_credits = ${String(missing)}::bigint
    where id = ${id}
  `.execute(tx);
}

async function changed(tx: Tx, change: RawBuilder<unknown>): Promise<TopUpRow | undefined> {
  const { rows } = await sql<TopUpRow>`
    update payments.top_ups set ${change} returning ${columns}
  `.execute(tx);
  return rows[0];
}
