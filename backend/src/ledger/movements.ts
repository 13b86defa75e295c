import { Failure, type Ids, type Reader, type Tx } from '../platform/index.ts';
import {
  type Content,
  type Decision,
  type LedgerRefusal,
  type WalletState,
  available,
  decideMove,
  decidePost,
  decideRepetition,
  decideVoid,
  sidesOf,
} from './rules.ts';
import * as store from './store.ts';

/** A movement that was refused, with the reason; thrown inside the caller's transaction, it rolls all of it back. */
export class LedgerFailure extends Error {
  override readonly name = 'LedgerFailure';
  readonly why: LedgerRefusal;

  constructor(why: LedgerRefusal) {
    super(`The ledger refused a movement: ${why}`);
    this.why = why;
  }
}

/** Runs a movement that a person asked for: what is their business becomes a failure of the contract, the rest stays a defect. */
export async function asFailure<Result>(work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    if (error instanceof LedgerFailure && error.why === 'insufficient_credits') throw new Failure('insufficient_credits');
    if (error instanceof LedgerFailure && error.why === 'key_reused') throw new Failure('idempotency_mismatch');
    throw error;
  });
}

/** A movement of credits. `reference` says what for, as the caller's own opaque name, such as `purchase:<id>`; `key` makes it happen once. */
export interface Movement extends Content {
  kind: string;
  key: string;
  /** Who moved it and why, when a person did it by hand. */
  byHand?: { actor: string; reason: string } | undefined;
}

export interface Balance {
  walletId: string;
  postedCredits: bigint;
  heldCredits: bigint;
  availableCredits: bigint;
}

/** Movements of credits; every one runs in the caller's transaction. */
export interface Movements {
  /** The wallet of an owner, made when it is missing. Answers its id. */
  openWallet(tx: Tx, owner: string): Promise<string>;
  balance(reader: Reader, owner: string): Promise<Balance | null>;
  /** Locks wallets that one transaction is about to move between, in the order that everybody uses. */
  lock(tx: Tx, ids: readonly string[]): Promise<void>;
  /**
   * Moves credits at once. The same key with the same content changes nothing; with other content it is refused.
   * `locked`: the wallets, where the caller has locked them already. Answers the transfer's id.
   */
  transfer(tx: Tx, movement: Movement, locked?: ReadonlyMap<string, WalletState>): Promise<string>;
  /** Sets credits aside. Answers the hold's id. */
  hold(tx: Tx, movement: Omit<Movement, 'kind'>): Promise<string>;
  /** Moves a held amount, in full or in part; the rest is free again. */
  post(tx: Tx, holdId: string, amount: bigint, kind: string): Promise<void>;
  /** Frees a held amount. */
  void(tx: Tx, holdId: string): Promise<void>;
}

export function makeMovements(ids: Ids): Movements {
  return {
    openWallet: async (tx, owner) => (await store.findWallet(tx, owner))?.id ?? store.insertWallet(tx, ids.next(), owner),
    balance: readBalance,
    lock: async (tx, wallets) => void (await store.lockWallets(tx, wallets)),
    transfer: (tx, movement, locked) => transfer(tx, ids, movement, locked),
    hold: (tx, movement) => hold(tx, ids, movement),
    post: (tx, holdId, amount, kind) => post(tx, ids, holdId, amount, kind),
    void: voidHold,
  };
}

async function readBalance(reader: Reader, owner: string): Promise<Balance | null> {
  const wallet = await store.findWallet(reader, owner);
  return wallet
    ? { walletId: wallet.id, postedCredits: wallet.posted, heldCredits: wallet.held, availableCredits: available(wallet) }
    : null;
}

async function transfer(tx: Tx, ids: Ids, movement: Movement, locked?: ReadonlyMap<string, WalletState>): Promise<string> {
  // The lock comes first: whoever repeats a key waits here until the first one has committed, and then finds it.
  const wallets = locked ?? (await store.lockWallets(tx, walletsOf(movement)));
  const decision = decideMove(wallets.get(movement.fromId), wallets.get(movement.toId), movement.amount);
  const id = ids.next();
  if (decision.outcome === 'go' && (await store.insertTransfer(tx, { ...movement, id }))) return id;
  // A repetition is one also when the wallet could not pay a second time.
  const before = await store.findTransfer(tx, movement.key);
  goesOn(before ? decideRepetition(before, movement) : decision);
  return before!.id;
}

const walletsOf = ({ fromId, toId, fee }: Content) => [fromId, toId, ...(fee ? [fee.toId] : [])];

async function hold(tx: Tx, ids: Ids, movement: Omit<Movement, 'kind'>): Promise<string> {
  const wallets = await store.lockWallets(tx, [movement.fromId, movement.toId]);
  const before = await store.findHold(tx, { key: movement.key });
  if (before) return (goesOn(decideRepetition({ reference: before.reference, sides: sidesOf(before) }, movement)), before.id);
  goesOn(decideMove(wallets.get(movement.fromId), wallets.get(movement.toId), movement.amount));
  const id = ids.next();
  await store.insertHold(tx, id, movement.key, movement);
  return id;
}

async function post(tx: Tx, ids: Ids, holdId: string, amount: bigint, kind: string): Promise<void> {
  const held = await lockHold(tx, holdId);
  if (goesOn(decidePost(held, amount)) === 'replay') return;
  // Freed before it is moved: the wallet must cover what it holds at every moment.
  await store.endHold(tx, holdId, 'posted', amount);
  await store.insertTransfer(tx, { ...held, amount, id: ids.next(), kind, key: `hold:${holdId}` });
}

async function voidHold(tx: Tx, holdId: string): Promise<void> {
  if (goesOn(decideVoid(await lockHold(tx, holdId))) === 'go') await store.endHold(tx, holdId, 'voided', null);
}

/** Wallets before the hold, as everywhere, so that no two movements wait for each other. */
async function lockHold(tx: Tx, holdId: string): Promise<store.Hold> {
  const found = await store.findHold(tx, { id: holdId });
  if (!found) throw new Failure('not_found');
  await store.lockWallets(tx, [found.fromId, found.toId]);
  return (await store.findHold(tx, { id: holdId }, true))!;
}

function goesOn(decision: Decision): 'go' | 'replay' {
  if (decision.outcome === 'refuse') throw new LedgerFailure(decision.why);
  return decision.outcome;
}
