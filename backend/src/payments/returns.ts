import type { Charges } from '../ledger/index.ts';
import type { Log, Tx } from '../platform/index.ts';
import { creditsReturned } from './rules.ts';
import * as store from './store.ts';

interface ReturnsDeps {
  charges: Pick<Charges, 'reverse' | 'restore'>;
  log: Log;
}

/**
 * Makes the credits of a payment fit what is known of its returns: takes what is still to be taken, or gives back what came back.
 * Whatever the order of the events, the last one leaves the same. What was spent meanwhile cannot be taken and is written down as missing.
 */
export async function settleReturns(deps: ReturnsDeps, tx: Tx, paymentId: string, eventId: string): Promise<void> {
  const topUp = await store.findPaid(tx, paymentId);
  if (!topUp) return;
  const returns = await store.listReturns(tx, paymentId);
  const credits = BigInt(topUp.credits);
  const wanted = creditsReturned({ credits, amountMinor: topUp.amount_minor }, returns);
  // What gave no credits has none to take back.
  const settled = topUp.refund_due ? { taken: 0n, missing: 0n } : await move(deps, tx, topUp, wanted, eventId);
  const cause = returns.some((one) => one.cause === 'refund') ? 'refund' : 'dispute';
  await store.setReturned(tx, topUp.id, {
    ...settled,
    state: wanted === credits ? 'reversed' : 'paid',
    cause: wanted === 0n ? null : cause,
  });
}

async function move(
  { charges, log }: ReturnsDeps,
  tx: Tx,
  topUp: store.TopUpRow,
  wanted: bigint,
  eventId: string,
): Promise<{ taken: bigint; missing: bigint }> {
  const [taken, missing] = [BigInt(topUp.taken_credits), BigInt(topUp.missing_credits)];
  const more = wanted - taken - missing;
  const reference = `top-up:${topUp.id}`;
  const movement = { owner: topUp.account_id, reference, key: `${reference}:${eventId}` };
  if (more > 0n) {
    const got = await charges.reverse(tx, { ...movement, amount: more });
    if (got < more)
      log.warn(
        { topUp: topUp.id, missingCredits: String(missing + more - got) },
        'a payment was returned after its credits were spent; decide what to do with the account',
      );
    return { taken: taken + got, missing: missing + more - got };
  }
  // What was never taken is forgiven before anything is given back.
  const forgiven = missing < -more ? missing : -more;
  const back = -more - forgiven;
  if (back > 0n) await charges.restore(tx, { ...movement, amount: back });
  return { taken: taken - back, missing: missing - forgiven };
}
