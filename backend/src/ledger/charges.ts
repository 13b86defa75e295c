import type { Tx } from '../platform/index.ts';
import { type Movements, asFailure } from './movements.ts';
import { type WalletsDeps, openWallet } from './wallets.ts';

/** What a room that sells work needs: set the price aside, then take what was delivered, or nothing. */
export interface Charges {
  /** Sets `amount` of an owner's credits aside for `reference`. Throws `insufficient_credits`. Answers the hold's id, null when there is nothing to pay. */
  hold(tx: Tx, charge: { owner: string; amount: bigint; reference: string }): Promise<string | null>;
  /** Takes `amount` of a hold, which may be nothing, and frees the rest. The same again changes nothing. */
  settle(tx: Tx, holdId: string, amount: bigint, kind: string): Promise<void>;
}

export function makeCharges(deps: WalletsDeps & { movements: Movements }): Charges {
  const { movements } = deps;
  return {
    async hold(tx, { owner, amount, reference }) {
      if (amount === 0n) return null;
      const fromId = await openWallet(deps, tx, owner);
      const toId = await movements.systemWallet(tx, 'revenue');
      return asFailure(movements.hold(tx, { fromId, toId, amount, reference, key: reference }));
    },
    settle: (tx, holdId, amount, kind) => (amount > 0n ? movements.post(tx, holdId, amount, kind) : movements.void(tx, holdId)),
  };
}
