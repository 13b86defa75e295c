import { sql } from 'kysely';
import type { Reader, Tx } from '../platform/index.ts';
import type { Content, HoldState, WalletState } from './rules.ts';

export type WalletKind = 'person' | 'issuance' | 'revenue' | 'fees' | 'payouts';

// Credits are read as text: a JavaScript number would lose some of them above 2^53.
interface WalletRow {
  id: string;
  may_go_negative: boolean;
  posted: string;
  held: string;
}

const toWallet = (row: WalletRow): WalletState => ({
  id: row.id,
  mayGoNegative: row.may_go_negative,
  posted: BigInt(row.posted),
  held: BigInt(row.held),
});

export async function insertWallet(tx: Tx, id: string, kind: WalletKind, owner: string): Promise<string> {
  await sql`insert into ledger.wallets (id, kind, owner) values (${id}, ${kind}, ${owner}) on conflict do nothing`.execute(tx);
  return (await findWallet(tx, kind, owner))!.id;
}

export async function findWallet(reader: Reader, kind: WalletKind, owner: string | null): Promise<WalletState | undefined> {
  const { rows } = await sql<WalletRow>`
    select id, may_go_negative, posted::text, held::text from ledger.wallets where kind = ${kind} and coalesce(owner, '') = ${owner ?? ''}
  `.execute(reader);
  return rows[0] && toWallet(rows[0]);
}

/** Locks wallets in the order of their ids, so that two movements between the same wallets never wait for each other in a circle. */
export async function lockWallets(tx: Tx, ids: readonly string[]): Promise<Map<string, WalletState>> {
  const { rows } = await sql<WalletRow>`
    select id, may_go_negative, posted::text, held::text from ledger.wallets where id = any(${ids}::uuid[]) order by id for no key update
  `.execute(tx);
  return new Map(rows.map((row) => [row.id, toWallet(row)]));
}

export interface NewTransfer extends Content {
  id: string;
  kind: string;
  key: string;
  byHand?: { actor: string; reason: string } | undefined;
}

export async function insertTransfer(
  tx: Tx,
  { id, kind, reference, key, fromId, toId, amount, byHand }: NewTransfer,
): Promise<void> {
  await sql`
    insert into ledger.transfers (id, kind, reference, idempotency_key, actor, reason)
    values (${id}, ${kind}, ${reference}, ${key}, ${byHand?.actor ?? null}, ${byHand?.reason ?? null})
  `.execute(tx);
  await sql`
    insert into ledger.entries (transfer_id, wallet_id, amount, balance)
    values (${id}, ${fromId}, ${String(-amount)}::bigint, 0), (${id}, ${toId}, ${String(amount)}::bigint, 0)
  `.execute(tx);
}

/** What was moved under a key, if anything was. */
export async function findTransfer(reader: Reader, key: string): Promise<(Content & { id: string }) | undefined> {
  const { rows } = await sql<{ id: string; reference: string; from_id: string; to_id: string; amount: string }>`
    select transfer.id, transfer.reference, giver.wallet_id as from_id, taker.wallet_id as to_id, taker.amount::text
    from ledger.transfers as transfer
    join ledger.entries as giver on giver.transfer_id = transfer.id and giver.amount < 0
    join ledger.entries as taker on taker.transfer_id = transfer.id and taker.amount > 0
    where transfer.idempotency_key = ${key}
  `.execute(reader);
  const row = rows[0];
  return row && { id: row.id, reference: row.reference, fromId: row.from_id, toId: row.to_id, amount: BigInt(row.amount) };
}

interface HoldRow {
  id: string;
  from_id: string;
  to_id: string;
  amount: string;
  posted_amount: string | null;
  state: HoldState['state'];
  reference: string;
}

export type Hold = Content & HoldState & { id: string };

const toHold = (row: HoldRow): Hold => ({
  id: row.id,
  fromId: row.from_id,
  toId: row.to_id,
  amount: BigInt(row.amount),
  postedAmount: row.posted_amount === null ? null : BigInt(row.posted_amount),
  state: row.state,
  reference: row.reference,
});

export async function insertHold(tx: Tx, id: string, key: string, { fromId, toId, amount, reference }: Content): Promise<void> {
  await sql`
    insert into ledger.holds (id, from_id, to_id, amount, reference, idempotency_key)
    values (${id}, ${fromId}, ${toId}, ${String(amount)}::bigint, ${reference}, ${key})
  `.execute(tx);
}

export async function findHold(reader: Reader, by: { id: string } | { key: string }, lock = false): Promise<Hold | undefined> {
  const condition = 'id' in by ? sql`id = ${by.id}` : sql`idempotency_key = ${by.key}`;
  const { rows } = await sql<HoldRow>`
    select id, from_id, to_id, amount::text, posted_amount::text, state, reference from ledger.holds where ${condition} ${lock ? sql`for update` : sql``}
  `.execute(reader);
  return rows[0] && toHold(rows[0]);
}

export async function endHold(tx: Tx, id: string, state: 'posted' | 'voided', postedAmount: bigint | null): Promise<void> {
  const amount = postedAmount === null ? null : String(postedAmount);
  await sql`update ledger.holds set state = ${state}, posted_amount = ${amount}::bigint, ended_at = now() where id = ${id}`.execute(
    tx,
  );
}

export interface EntryRow {
  id: string;
  kind: string;
  amount: string;
  balance: string;
  reference: string;
  reason: string | null;
  created_at: Date;
}

/** Entries of a wallet, newest first, below an id. */
export async function listEntries(reader: Reader, walletId: string, below: string | null, limit: number): Promise<EntryRow[]> {
  const { rows } = await sql<EntryRow>`
    select entry.id::text, transfer.kind, entry.amount::text, entry.balance::text, transfer.reference, transfer.reason, entry.created_at
    from ledger.entries as entry join ledger.transfers as transfer on transfer.id = entry.transfer_id
    where entry.wallet_id = ${walletId} and entry.id < coalesce(${below}::bigint, 9223372036854775807)
    order by entry.id desc limit ${limit}
  `.execute(reader);
  return rows;
}

export interface Totals {
  issued: string;
  revenue: string;
  fees: string;
  held: string;
  wallets: number;
}

export async function readTotals(reader: Reader): Promise<Totals> {
  const { rows } = await sql<Totals>`
    select (-sum(posted) filter (where kind = 'issuance'))::text as issued, (sum(posted) filter (where kind = 'revenue'))::text as revenue,
      (sum(posted) filter (where kind = 'fees'))::text as fees, sum(held)::text as held, count(*) filter (where kind = 'person')::int as wallets
    from ledger.wallets
  `.execute(reader);
  return rows[0]!;
}

export async function insertReconciliation(tx: Tx, violations: readonly object[]): Promise<void> {
  await sql`insert into ledger.reconciliations (violations) values (${JSON.stringify(violations)}::jsonb)`.execute(tx);
}

export async function lastReconciliation(
  reader: Reader,
): Promise<{ violations: { law: string; subject: string; detail: string }[]; finished_at: Date } | undefined> {
  const { rows } = await sql<{ violations: { law: string; subject: string; detail: string }[]; finished_at: Date }>`
    select violations, finished_at from ledger.reconciliations order by id desc limit 1
  `.execute(reader);
  return rows[0];
}
