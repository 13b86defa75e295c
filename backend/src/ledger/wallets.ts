import { EntryKind, type LedgerReport, type Wallet, type WalletEntry } from '@rendermart/contract';
import { type Database, Failure, type Reader, type Tx, readNumberCursor, writeAudit } from '../platform/index.ts';
import { type Balance, type Movements, asFailure } from './movements.ts';
import * as store from './store.ts';

export interface WalletsDeps {
  database: Database;
  movements: Movements;
  /** What a new wallet begins with; the installation's administrators say it. */
  startingCredits(reader: Reader): Promise<bigint>;
  /** What somebody with this id is called; undefined when nobody has it. */
  ownerName(reader: Reader, owner: string): Promise<string | undefined>;
  /** Whether an owner is there and has not left for good; if so, they do not leave until the transaction ends. */
  holdOpen(tx: Tx, owner: string): Promise<boolean>;
}

/** The wallet of a person, made with its starting credits when it is first needed. Answers its id. */
export async function openWallet(
  deps: Pick<WalletsDeps, 'movements' | 'startingCredits'>,
  tx: Tx,
  owner: string,
): Promise<string> {
  const { movements } = deps;
  const known = await movements.balance(tx, owner);
  if (known) return known.walletId;
  const toId = await movements.openWallet(tx, owner);
  const amount = await deps.startingCredits(tx);
  if (amount === 0n) return toId;
  const fromId = store.systemWallets.issuance;
  // Two first uses at the same moment meet in this key: the credits come once.
  await movements.transfer(tx, {
    fromId,
    toId,
    amount,
    kind: 'starting',
    reference: `account:${owner}`,
    key: `starting:${owner}`,
  });
  return toId;
}

export async function readWallet(deps: WalletsDeps, owner: string): Promise<Wallet> {
  return presentBalance((await deps.movements.balance(deps.database.read, owner)) ?? (await openNow(deps, owner)));
}

async function openNow(deps: WalletsDeps, owner: string): Promise<Balance> {
  return deps.database.tx(async (tx) => {
    await openWallet(deps, tx, owner);
    return (await deps.movements.balance(tx, owner))!;
  });
}

export async function listWalletEntries(
  deps: WalletsDeps,
  owner: string,
  cursor: string | undefined,
  limit: number,
): Promise<{ items: WalletEntry[]; nextCursor: string | null }> {
  const below = readNumberCursor(cursor);
  const balance = await deps.movements.balance(deps.database.read, owner);
  if (!balance) return { items: [], nextCursor: null };
  const rows = await store.listEntries(deps.database.read, balance.walletId, below, limit + 1);
  return { items: rows.slice(0, limit).map(presentEntry), nextCursor: rows.length > limit ? rows[limit - 1]!.id : null };
}

/** An administrator grants (positive) or withdraws (negative) credits; who and why stay in the ledger for good. Fails with `not_found`. */
export async function moveByHand(
  deps: WalletsDeps,
  move: { owner: string; amount: bigint; actor: string; reason: string; key: string },
): Promise<Wallet> {
  return deps.database.tx(async (tx) => {
    // Nobody could spend what comes to an account that was closed, or is being closed now.
    if (!(await deps.holdOpen(tx, move.owner))) throw new Failure('not_found');
    const wallet = await openWallet(deps, tx, move.owner);
    const { issuance } = store.systemWallets;
    const grants = move.amount > 0n;
    const transferId = await asFailure(
      deps.movements.transfer(tx, {
        fromId: grants ? issuance : wallet,
        toId: grants ? wallet : issuance,
        amount: grants ? move.amount : -move.amount,
        kind: grants ? 'granted' : 'withdrawn',
        reference: `account:${move.owner}`,
        key: `by-hand:${move.actor}:${move.key}`,
        byHand: { actor: move.actor, reason: move.reason },
      }),
    );
    await writeAudit(tx, {
      actorId: move.actor,
      act: grants ? 'credits.granted' : 'credits.withdrawn',
      subject: `account:${move.owner}`,
      name: (await deps.ownerName(tx, move.owner)) ?? '',
      reason: move.reason,
      changes: [{ field: 'credits', from: null, to: String(move.amount) }],
      key: `transfer:${transferId}`,
    });
    return presentBalance((await deps.movements.balance(tx, move.owner))!);
  });
}

export async function reportLedger(reader: Reader): Promise<LedgerReport> {
  const [totals, last] = await Promise.all([store.readTotals(reader), store.lastReconciliation(reader)]);
  return {
    issuedCredits: totals.issued,
    revenueCredits: totals.revenue,
    feeCredits: totals.fees,
    heldCredits: totals.held,
    wallets: totals.wallets,
    reconciliation: last ? { finishedAt: last.finished_at.toISOString(), violations: last.violations } : null,
  };
}

function presentBalance({ postedCredits, heldCredits, availableCredits }: Balance): Wallet {
  return { balanceCredits: String(postedCredits), heldCredits: String(heldCredits), availableCredits: String(availableCredits) };
}

function presentEntry(row: store.EntryRow): WalletEntry {
  return {
    id: row.id,
    kind: EntryKind.parse(row.kind),
    amountCredits: row.amount,
    balanceCredits: row.balance,
    reference: row.reference,
    reason: row.reason,
    createdAt: row.created_at.toISOString(),
  };
}
