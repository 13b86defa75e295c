import { Failure, type Tx, assertOutsideTransaction } from '../platform/index.ts';
import type { PaymentsDeps, StripeAccount } from './service.ts';
import * as store from './store.ts';

/**
 * Ends the payment pages of somebody who is about to close their account, before the transaction that closes it: what cannot be paid any
 * more needs no waiting for. A page that does not end, because it is being paid or Stripe is away, makes `closeTopUps` refuse.
 */
export async function endCheckouts({ database, stripe, log }: PaymentsDeps, accountId: string): Promise<void> {
  if (stripe === null) return;
  assertOutsideTransaction('Stripe');
  for (const checkoutId of await store.openCheckoutsOf(database.read, accountId)) {
    try {
      if (await isOver(stripe, checkoutId)) await database.tx((tx) => store.markExpired(tx, checkoutId));
    } catch (error) {
      log.warn({ error, checkoutId }, 'a checkout session could not be ended; its account stays open');
    }
  }
}

/** Somebody waits for the answer, and may ask again. */
const hasty = { timeout: 10_000, maxNetworkRetries: 0 };

/** Ends a session that nobody has paid. Whether nobody can pay it from now on. */
async function isOver({ client }: StripeAccount, checkoutId: string): Promise<boolean> {
  // Stripe refuses to end what is paid or has ended: then it says which of both.
  const { sessions } = client.checkout;
  const session = await sessions.expire(checkoutId, {}, hasty).catch(() => sessions.retrieve(checkoutId, {}, hasty));
  return session.status === 'expired';
}

/**
 * Throws `account_busy` while a payment may still come, which would then be nobody's. Without Stripe none can. What has no page yet never
 * gets one. The caller holds the person.
 */
export async function closeTopUps({ stripe }: Pick<PaymentsDeps, 'stripe'>, tx: Tx, accountId: string): Promise<void> {
  if (stripe === null) return;
  // First, so that a page that comes at this moment is either seen below or given to nobody.
  await store.dropWithoutCheckout(tx, accountId);
  if ((await store.openCheckoutsOf(tx, accountId)).length > 0) throw new Failure('account_busy');
}
