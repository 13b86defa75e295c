import type { TopUp, TopUpPack } from '@rendermart/contract';
import { type RawBuilder, sql } from 'kysely';
import type { Reader, Tx } from '../platform/index.ts';
import type { ReversalCause } from './rules.ts';

export interface TopUpRow {
  id: string;
  account_id: string;
  pack_id: string;
  credits: string;
  amount_minor: number;
  currency: string;
  state: TopUp['state'];
  reversed_by: ReversalCause | null;
  missing_credits: string;
  checkout_url: string | null;
  created_at: Date;
}

const columns = sql`id, account_id, pack_id, credits::text, amount_minor, currency, state, reversed_by, missing_credits::text, checkout_url, created_at`;

async function select(reader: Reader, condition: RawBuilder<unknown>): Promise<TopUpRow[]> {
  const { rows } = await sql<TopUpRow>`
    select ${columns} from payments.top_ups where ${condition}
  `.execute(reader);
  return rows;
}

/** Remembers a wish under its key. Answers the row of the first time when there was one. */
export async function insertTopUp(
  reader: Reader,
  wish: { id: string; accountId: string; key: string; pack: TopUpPack; now: Date },
): Promise<TopUpRow> {
  const { id, accountId, key, pack, now } = wish;
  await sql`
    insert into payments.top_ups (id, account_id, idempotency_key, pack_id, credits, amount_minor, currency, created_at)
    values (${id}, ${accountId}, ${key}, ${pack.id}, ${pack.credits}::bigint, ${pack.amountMinor}, ${pack.currency}, ${now})
    on conflict (account_id, idempotency_key) do nothing
  `.execute(reader);
  return (await select(reader, sql`account_id = ${accountId} and idempotency_key = ${key}`))[0]!;
}

export async function setCheckout(reader: Reader, id: string, checkout: { id: string; url: string }): Promise<void> {
  await sql`update payments.top_ups set checkout_id = ${checkout.id}, checkout_url = ${checkout.url} where id = ${id}`.execute(
    reader,
  );
}

export async function listTopUps(reader: Reader, accountId: string): Promise<TopUpRow[]> {
  return select(reader, sql`account_id = ${accountId} order by id desc limit 100`);
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
export async function markPaid(tx: Tx, id: string, paymentId: string | null): Promise<TopUpRow | undefined> {
  return changed(
    tx,
    sql`state = 'paid', payment_id = ${paymentId}, checkout_url = null where id::text = ${id} and state in ('open', 'expired')`,
  );
}

export async function markExpired(tx: Tx, id: string): Promise<void> {
  await changed(tx, sql`state = 'expired', checkout_url = null where id::text = ${id} and state = 'open'`);
}

export async function markReversed(tx: Tx, paymentId: string, cause: ReversalCause | null): Promise<TopUpRow | undefined> {
  return changed(tx, sql`state = 'reversed', reversed_by = ${cause} where payment_id = ${paymentId} and state = 'paid'`);
}

export async function rememberReversal(tx: Tx, paymentId: string, cause: ReversalCause): Promise<void> {
  await sql`insert into payments.reversals (payment_id, cause) values (${paymentId}, ${cause}) on conflict do nothing`.execute(
    tx,
  );
}

export async function findReversal(tx: Tx, paymentId: string): Promise<{ cause: ReversalCause | null } | undefined> {
  const { rows } = await sql<{ cause: ReversalCause | null }>`
    select cause from payments.reversals where payment_id = ${paymentId}
  `.execute(tx);
  return rows[0];
}

export async function setMissing(tx: Tx, id: string, missing: bigint): Promise<void> {
  await sql`update payments.top_ups set missing_credits = ${String(missing)}::bigint where id = ${id}`.execute(tx);
}

async function changed(tx: Tx, change: RawBuilder<unknown>): Promise<TopUpRow | undefined> {
  const { rows } = await sql<TopUpRow>`
    update payments.top_ups set ${change} returning ${columns}
  `.execute(tx);
  return rows[0];
}
