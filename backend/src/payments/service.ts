import type { TopUp, TopUpPack } from '@rendermart/contract';
import type { Stripe } from 'stripe';
import type { Accounts } from '../accounts/index.ts';
import type { Charges } from '../ledger/index.ts';
import {
  type Clock,
  type Database,
  Failure,
  type Ids,
  type Log,
  type Registry,
  type Tx,
  assertOutsideTransaction,
} from '../platform/index.ts';
import { type Consequence, consequenceOf } from './rules.ts';
import { settleReturns } from './returns.ts';
import * as store from './store.ts';

/** What is needed to take money; without it, nothing is for sale. */
export interface StripeAccount {
  client: Stripe;
  webhookSecret: string;
  packs: readonly TopUpPack[];
}

export interface PaymentsDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  log: Log;
  metrics: Registry;
  accounts: Pick<Accounts, 'activePerson' | 'holdOpen' | 'namesOf'>;
  charges: Charges;
  stripe: StripeAccount | null;
  /** The address that people open: Stripe leads them back to it. */
  publicUrl: string;
}

/** Begins a payment. The same key answers the same payment page, and Stripe itself is asked with the same key too. */
export async function beginTopUp(deps: PaymentsDeps, accountId: string, packId: string, key: string): Promise<TopUp> {
  const stripe = configured(deps);
  const pack = stripe.packs.find(({ id }) => id === packId);
  if (!pack) throw new Failure('not_found', { field: 'packId' });
  const asker = deps.accounts.activePerson(accountId);
  const wish = { id: deps.ids.next(), accountId, asker, key, pack, now: deps.clock.now() };
  const row = await store.insertTopUp(deps.database.read, wish);
  if (!row) throw new Failure('sign_in_required');
  if (row.pack_id !== packId) throw new Failure('idempotency_mismatch');
  if (row.checkout_url === null && row.state === 'open')
    await store.setCheckout(deps.database.read, row.id, await openCheckout(deps, stripe, row));
  return present((await store.readTopUp(deps.database.read, row.id))!);
}

function configured({ stripe }: PaymentsDeps): StripeAccount {
  if (stripe === null) throw new Failure('payments_off');
  return stripe;
}

async function openCheckout(
  deps: PaymentsDeps,
  { client }: StripeAccount,
  row: store.TopUpRow,
): Promise<{ id: string; url: string }> {
  assertOutsideTransaction('Stripe');
  const product = { currency: row.currency, unit_amount: row.amount_minor, product_data: { name: `${row.credits} credits` } };
  try {
    const session = await client.checkout.sessions.create(
      {
        mode: 'payment',
        client_reference_id: row.id,
        line_items: [{ quantity: 1, price_data: product }],
        success_url: `${deps.publicUrl}/wallet?paid=${row.id}`,
        cancel_url: `${deps.publicUrl}/wallet?cancelled=${row.id}`,
      },
      { idempotencyKey: row.id },
    );
    if (!session.url) throw new Error('Stripe answered a checkout session without an address');
    return { id: session.id, url: session.url };
  } catch (error) {
    deps.log.error({ error }, 'Stripe did not open a checkout session');
    throw new Failure('payment_unavailable', { cause: error });
  }
}

export async function listTopUps(deps: PaymentsDeps, accountId: string): Promise<{ items: TopUp[] }> {
  return { items: (await store.listTopUps(deps.database.read, accountId)).map(present) };
}

/** Carries out an event of Stripe, once, however often it comes. Fails with `signature_invalid` unless Stripe signed exactly these bytes. */
export async function receiveEvent(deps: PaymentsDeps, body: Buffer, signature: string | undefined): Promise<void> {
  const stripe = configured(deps);
  const event = await verify(stripe, body, signature);
  const consequence = consequenceOf(event);
  if (consequence === null) return;
  await deps.database.tx(async (tx) => {
    if (await store.rememberEvent(tx, event.id, event.type)) await carryOut(deps, tx, consequence, event.id);
  });
}

async function verify(
  { client, webhookSecret }: StripeAccount,
  body: Buffer,
  signature: string | undefined,
): Promise<Stripe.Event> {
  try {
    return await client.webhooks.constructEventAsync(body, signature ?? '', webhookSecret);
  } catch (cause) {
    throw new Failure('signature_invalid', { cause });
  }
}

async function carryOut(deps: PaymentsDeps, tx: Tx, consequence: Consequence, eventId: string): Promise<void> {
  if (consequence.act === 'expire') return store.markExpired(tx, consequence.checkoutId);
  const { paymentId } = consequence;
  if (paymentId !== null) await store.lockPayment(tx, paymentId);
  if (consequence.act === 'credit') await credit(deps, tx, consequence);
  else if (consequence.act === 'return') await store.rememberReturn(tx, consequence.paymentId, consequence);
  else await store.rememberGivenBack(tx, consequence.paymentId, consequence.source);
  // A return whose event overtook the payment's is settled with the payment.
  if (paymentId !== null) await settleReturns(deps, tx, paymentId, eventId);
}

async function credit(
  { accounts, charges, log }: PaymentsDeps,
  tx: Tx,
  { checkoutId, topUpId, paymentId }: Extract<Consequence, { act: 'credit' }>,
): Promise<void> {
  const topUp = await store.findByCheckout(tx, checkoutId);
  const refundDue = topUp !== undefined && !(await accounts.holdOpen(tx, topUp.account_id));
  const paid = await store.markPaid(tx, checkoutId, { paymentId, refundDue });
  if (!paid) return refuseEarly(tx, topUpId);
  if (!refundDue)
    return charges.topUp(tx, { owner: paid.account_id, amount: BigInt(paid.credits), reference: `top-up:${paid.id}` });
  const { id, amount_minor: amountMinor, currency } = paid;
  log.error(
    { topUp: id, paymentId, amountMinor, currency },
    'a payment came after its account was closed and gave no credits; refund it in Stripe (Administration, Ledger lists it)',
  );
}

/**
 * The page of a payment is shown only when its session is written down, but a database that was restored may have lost that: Stripe
 * sends the event again, for days, and the same key asked again writes it down anew.
 */
async function refuseEarly(tx: Tx, topUpId: string): Promise<void> {
  if (await store.awaitsCheckout(tx, topUpId))
    throw new Failure('unavailable', {
      message: 'It is not known yet which checkout session this top-up has. Send the event again.',
    });
}

function present(row: store.TopUpRow): TopUp {
  return {
    id: row.id,
    credits: row.credits,
    amountMinor: row.amount_minor,
    currency: row.currency,
    state: row.state,
    reversedBy: row.reversed_by,
    returnedCredits: String(BigInt(row.taken_credits) + BigInt(row.missing_credits)),
    missingCredits: row.missing_credits,
    checkoutUrl: row.state === 'open' ? row.checkout_url : null,
    createdAt: row.created_at.toISOString(),
  };
}
