import { sql } from 'kysely';
import type { Reader, Tx } from '../platform/index.ts';
import { type Content, type HoldState, type Recorded, type Side, type WalletState, sidesOf } from './rules.ts';

/** The wallets of the system, as the migration `0004_ledger.sql` made them. */
export const systemWallets = {
  issuance: '00000000-0000-7000-8000-000000000001',
  revenue: '00000000-0000-7000-8000-000000000002',
  fees: '00000000-0000-7000-8000-000000000003',
  payouts: '00000000-0000-7000-8000-000000000004',
} as const;
export type SystemWallet = keyof typeof systemWallets;

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

export async function insertWallet(tx: Tx, id: string, owner: string): Promise<string> {
  await sql`insert into ledger.wallets (id, kind, owner) values (${id}, 'person', ${owner}) on conflict do nothing`.execute(tx);
  return (await findWallet(tx, owner))!.id;
}

export async function findWallet(reader: Reader, owner: string): Promise<WalletState | undefined> {
  const { rows } = await sql<WalletRow>`
    select id, may_go_negative, posted::text, held::text from ledger.wallets where kind = 'person' and coalesce(owner, '') = ${owner}
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

/** Wallets by id, under their locks, and whose they are. */
export interface LockedWallets {
  wallets: Map<string, WalletState>;
  idOf(owner: string): string;
}

/**
 * Locks the wallets of these owners and one of the system's: all of them, or, when an owner has none yet, not one,
 * because opening a wallet locks others and must come first. Answers them by owner.
 */
export async function lockWalletsOf(tx: Tx, owners: readonly string[], system: SystemWallet): Promise<LockedWallets | undefined> {
  const { rows } = await sql<WalletRow & { owner: string | null }>`
    with owned as materialized (
      select array_agg(id) as ids from ledger.wallets where kind = 'person' and coalesce(owner, '') = any(${owners}::text[])
    )
    select id, owner, may_go_negative, posted::text, held::text from ledger.wallets
    where id = any((select ids || ${systemWallets[system]}::uuid from owned where cardinality(ids) = ${owners.length}::int)::uuid[])
    order by id for no key update
  `.execute(tx);
  if (rows.length === 0) return undefined;
  const ids = new Map(rows.map((row) => [row.owner, row.id]));
  return { wallets: new Map(rows.map((row) => [row.id, toWallet(row)])), idOf: (owner) => ids.get(owner)! };
}

export interface NewTransfer extends Content {
  id: string;
  kind: string;
  key: string;
  byHand?: { actor: string; reason: string } | undefined;
}

/** Writes a transfer and its entries. False when its key was used before, and nothing was written. */
export async function insertTransfer(tx: Tx, { id, kind, reference, key, byHand, ...content }: NewTransfer): Promise<boolean> {
  const sides = sidesOf(content);
  const { numAffectedRows } = await sql`
    with transfer as (
      insert into ledger.transfers (id, kind, reference, idempotency_key, actor, reason)
      values (${id}, ${kind}, ${reference}, ${key}, ${byHand?.actor ?? null}, ${byHand?.reason ?? null})
      on conflict (idempotency_key) do nothing returning id
    )
    insert into ledger.entries (transfer_id, wallet_id, amount, balance)
    select transfer.id, side.wallet_id, side.amount, 0
    from transfer, unnest(${sides.map((side) => side.walletId)}::uuid[], ${sides.map((side) => String(side.amount))}::bigint[])
      with ordinality as side (wallet_id, amount, place)
    order by side.place
  `.execute(tx);
  return numAffectedRows === BigInt(sides.length);
}

/** What was moved under a key, if anything was. */
export async function findTransfer(reader: Reader, key: string): Promise<(Recorded & { id: string }) | undefined> {
  const { rows } = await sql<{ id: string; reference: string; wallet_id: string; amount: string }>`
    select transfer.id, transfer.reference, entry.wallet_id, entry.amount::text
    from ledger.transfers as transfer join ledger.entries as entry on entry.transfer_id = transfer.id
    where transfer.idempotency_key = ${key} order by entry.id
  `.execute(reader);
  const sides: Side[] = rows.map(({ wallet_id, amount }) => ({ walletId: wallet_id, amount: BigInt(amount) }));
  return rows[0] && { id: rows[0].id, reference: rows[0].reference, sides };
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
