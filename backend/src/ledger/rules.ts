import { invariant } from '../platform/index.ts';

/** A wallet's figures, read under its lock. Whole credits. */
export interface WalletState {
  id: string;
  mayGoNegative: boolean;
  posted: bigint;
  held: bigint;
}

export interface HoldState {
  amount: bigint;
  state: 'held' | 'posted' | 'voided';
  postedAmount: bigint | null;
}

export type LedgerRefusal =
  | 'amount_not_positive'
  | 'same_wallet'
  | 'insufficient_credits'
  | 'wallet_unknown'
  | 'exceeds_hold'
  | 'hold_ended'
  | 'key_reused';
export type Decision = { outcome: 'go' } | { outcome: 'replay' } | { outcome: 'refuse'; why: LedgerRefusal };

const go: Decision = { outcome: 'go' };
const replay: Decision = { outcome: 'replay' };
const refuse = (why: LedgerRefusal): Decision => ({ outcome: 'refuse', why });

/** What a wallet can still spend: what it has, less what is set aside. */
export const available = (wallet: WalletState): bigint => wallet.posted - wallet.held;

/** Whether credits may leave `from` for `to`, at once or as a hold. */
export function decideMove(from: WalletState | undefined, to: WalletState | undefined, amount: bigint): Decision {
  if (amount <= 0n) return refuse('amount_not_positive');
  if (!from || !to) return refuse('wallet_unknown');
  if (from.id === to.id) return refuse('same_wallet');
  if (!from.mayGoNegative && available(from) < amount) return refuse('insufficient_credits');
  return go;
}

/** Posting the same amount again is a repetition; another amount, or a voided hold, is a contradiction. */
export function decidePost(hold: HoldState, amount: bigint): Decision {
  if (hold.state === 'posted') return hold.postedAmount === amount ? replay : refuse('hold_ended');
  if (hold.state === 'voided') return refuse('hold_ended');
  if (amount <= 0n) return refuse('amount_not_positive');
  return amount > hold.amount ? refuse('exceeds_hold') : go;
}

export function decideVoid(hold: HoldState): Decision {
  if (hold.state === 'voided') return replay;
  return hold.state === 'posted' ? refuse('hold_ended') : go;
}

/** A movement's content: `amount` leaves one wallet and reaches another, but for a fee of it that goes to a third. */
export interface Content {
  fromId: string;
  toId: string;
  amount: bigint;
  fee?: { toId: string; amount: bigint } | undefined;
  reference: string;
}

/** One wallet's part of a transfer: negative for what leaves it. The sides of a transfer sum to zero. */
export interface Side {
  walletId: string;
  amount: bigint;
}

/** The sides of a movement, the giver first; a side that neither gives nor gets is left out. */
export function sidesOf({ fromId, toId, amount, fee }: Omit<Content, 'reference'>): Side[] {
  invariant(!fee || (fee.amount >= 0n && fee.amount <= amount), 'a fee is a part of what is moved');
  return [
    { walletId: fromId, amount: -amount },
    { walletId: toId, amount: amount - (fee?.amount ?? 0n) },
    ...(fee ? [{ walletId: fee.toId, amount: fee.amount }] : []),
  ].filter((side) => side.amount !== 0n);
}

/** What a key stood for the first time. */
export interface Recorded {
  reference: string;
  sides: readonly Side[];
}

/** The same content under the same key is a repetition, any other is a reused key. */
export function decideRepetition(first: Recorded, again: Content): Decision {
  const sides = sidesOf(again);
  const same =
    first.reference === again.reference &&
    first.sides.length === sides.length &&
    first.sides.every(({ walletId, amount }, index) => walletId === sides[index]!.walletId && amount === sides[index]!.amount);
  return same ? replay : refuse('key_reused');
}
