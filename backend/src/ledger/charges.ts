import { Failure, type Tx } from '../platform/index.ts';
import type { EntryKind } from '@rendermart/contract';
import { type Movements, asFailure } from './movements.ts';
import { type LockedWallets, lockWalletsOf, systemWallets } from './store.ts';
import { type WalletsDeps, openWallet } from './wallets.ts';

/** What a room that sells work needs: set the price aside, then take what was delivered, or nothing. */
export interface Charges {
  /** Sets `amount` of an owner's credits aside for `reference`. Throws `insufficient_credits`. Answers the hold's id, null when there is nothing to pay. */
  hold(
    tx: Tx,
    charge: { owner: string; amount: bigint; reference: string; key?: string; to?: 'revenue' | 'payouts' },
  ): Promise<string | null>;
  /** Takes `amount` of a hold, which may be nothing, and frees the rest. The same again changes nothing. */
  settle(tx: Tx, holdId: string, amount: bigint, kind: EntryKind): Promise<void>;
  /** Makes new credits for an owner, for money that arrived. The same reference again changes nothing. */
  topUp(tx: Tx, given: { owner: string; amount: bigint; reference: string }): Promise<void>;
  /** Takes back what was topped up, as far as it is still there. Answers how much it took. */
  reverse(tx: Tx, taken: { owner: string; amount: bigint; reference: string; key: string }): Promise<bigint>;
  /** Gives back what `reverse` took, when the money came back after all. The same key again changes nothing. */
  restore(tx: Tx, given: { owner: string; amount: bigint; reference: string; key: string }): Promise<void>;
  /**
   * Gives all credits of an owner who leaves back to the issuance. Throws `account_busy` while some are held, and `balance_moved` when
   * there are other than `expected`.
   */
  close(tx: Tx, leaving: { owner: string; expected: bigint }): Promise<void>;
  /** Opens the wallets of these owners that are missing, each in a transaction of its own: two that open each other's in one would wait in a circle. */
  open(owners: readonly string[]): Promise<void>;
  /** Locks the wallets that a sale moves between. Undefined when a side has none yet: it must be opened first, in another transaction. */
  lockSale(tx: Tx, sides: { buyer: string; seller: string }): Promise<LockedSale | undefined>;
  /** Moves a price from the buyer to the seller, less the installation's fee. Throws `insufficient_credits`; the same reference again changes nothing. */
  sell(tx: Tx, locked: LockedSale, sale: { price: bigint; fee: bigint; reference: string }): Promise<void>;
}

/** The wallets of a sale, locked until the transaction ends. */
export interface LockedSale {
  wallets: LockedWallets['wallets'];
  fromId: string;
  toId: string;
}

export function makeCharges(deps: WalletsDeps & { movements: Movements }): Charges {
  const { movements } = deps;
  return {
    async hold(tx, { owner, amount, reference, key = reference, to = 'revenue' }) {
      if (amount === 0n) return null;
      const fromId = await openWallet(deps, tx, owner);
      return asFailure(movements.hold(tx, { fromId, toId: systemWallets[to], amount, reference, key }));
    },
    async open(owners) {
      for (const owner of owners) await deps.database.tx((tx) => openWallet(deps, tx, owner));
    },
    async lockSale(tx, { buyer, seller }) {
      const locked = await lockWalletsOf(tx, [buyer, seller], 'fees');
      return locked && { wallets: locked.wallets, fromId: locked.idOf(buyer), toId: locked.idOf(seller) };
    },
    async sell(tx, { wallets, fromId, toId }, { price, fee, reference }) {
      const sides = { fromId, toId, fee: { toId: systemWallets.fees, amount: fee } };
      await asFailure(movements.transfer(tx, { ...sides, amount: price, kind: 'purchase', reference, key: reference }, wallets));
    },
    async topUp(tx, { owner, amount, reference }) {
      const toId = await openWallet(deps, tx, owner);
      const fromId = systemWallets.issuance;
      await movements.transfer(tx, { fromId, toId, amount, kind: 'topped-up', reference, key: `topped-up:${reference}` });
    },
    async restore(tx, { owner, amount, reference, key }) {
      const toId = await openWallet(deps, tx, owner);
      const fromId = systemWallets.issuance;
      await movements.transfer(tx, { fromId, toId, amount, kind: 'restored', reference, key: `restored:${key}` });
    },
    async reverse(tx, { owner, amount, reference, key }) {
      const fromId = await openWallet(deps, tx, owner);
      const toId = systemWallets.issuance;
      await movements.lock(tx, [fromId, toId]);
      // Nobody may owe: what was spent meanwhile cannot be taken, and whoever asked is told how much could.
      const { availableCredits } = (await movements.balance(tx, owner))!;
      const taken = availableCredits < amount ? availableCredits : amount;
      if (taken > 0n)
        await movements.transfer(tx, { fromId, toId, amount: taken, kind: 'reversed', reference, key: `reversed:${key}` });
      return taken;
    },
    close: (tx, leaving) => closeWallet(movements, tx, leaving),
    settle: (tx, holdId, amount, kind) => (amount > 0n ? movements.post(tx, holdId, amount, kind) : movements.void(tx, holdId)),
  };
}

async function closeWallet(
  movements: Movements,
  tx: Tx,
  { owner, expected }: { owner: string; expected: bigint },
): Promise<void> {
  const { issuance } = systemWallets;
  const known = await movements.balance(tx, owner);
  if (known) await movements.lock(tx, [known.walletId, issuance]);
  const balance = known && (await movements.balance(tx, owner));
  if (balance && balance.heldCredits > 0n) throw new Failure('account_busy');
  if ((balance?.postedCredits ?? 0n) !== expected) throw new Failure('balance_moved');
  if (!balance || expected === 0n) return;
  const reference = `account:${owner}`;
  const byHand = { actor: owner, reason: 'The account was closed' };
  const movement = { fromId: balance.walletId, toId: issuance, amount: expected, kind: 'forfeited', reference };
  await movements.transfer(tx, { ...movement, key: `forfeited:${owner}`, byHand });
}
