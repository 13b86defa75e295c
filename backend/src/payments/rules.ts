import type { TopUpPack } from '@rendermart/contract';

/**
 * Reads what is for sale: `500:500:eur,2500:2000:eur` sells 500 credits for 5.00 euro and 2,500 for 20.00.
 * Throws with what is wrong and how it should be.
 */
export function parsePacks(text: string): TopUpPack[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => {
      const match = /^([1-9]\d{0,8}):([1-9]\d{0,8}):([a-z]{3})$/.exec(part);
      if (!match) throw new Error(`"${part}" is not credits:amount:currency, such as 500:500:eur for 500 credits at 5.00 euro`);
      const [, credits = '', amount = '', currency = ''] = match;
      return { id: `${credits}-${amount}-${currency}`, credits, amountMinor: Number(amount), currency };
    });
}

/**
 * What an event of Stripe asks of us; null for those that do not concern us. A top-up is known by the id of the checkout session that
 * was opened for it: whoever pays through a payment link of the same account may write any `client_reference_id`.
 */
export type Consequence =
  | { act: 'credit'; checkoutId: string; topUpId: string; paymentId: string | null }
  | { act: 'expire'; checkoutId: string }
  | ({ act: 'return'; paymentId: string } & Return)
  | { act: 'giveBack'; paymentId: string; source: string };
export type ReturnCause = 'refund' | 'dispute';

/** Money of a payment that went back. `source`: `refund` for all refunds together, or the dispute's id. */
export interface Return {
  source: string;
  cause: ReturnCause;
  /** In the smallest unit of the currency; null: all of it. */
  amountMinor: number | null;
}

interface StripeLike {
  type: string;
  data: { object: object };
}
/** As much of a checkout session, a charge or a dispute as is read here. */
interface StripeObject {
  id?: string;
  client_reference_id?: string | null;
  payment_status?: string;
  payment_intent?: string | { id: string } | null;
  refunded?: boolean;
  amount?: number;
  amount_refunded?: number;
  status?: string;
}

/** Pure: reads an event whose signature was already verified. */
export function consequenceOf({ type, data }: StripeLike): Consequence | null {
  const object = data.object as StripeObject;
  const paymentId = typeof object.payment_intent === 'string' ? object.payment_intent : (object.payment_intent?.id ?? null);
  const { id: checkoutId, client_reference_id: topUpId } = object;
  switch (type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
      // A completed session may still wait for a bank; the second event comes when the money is there.
      return checkoutId && topUpId && object.payment_status === 'paid' ? { act: 'credit', checkoutId, topUpId, paymentId } : null;
    case 'checkout.session.expired':
    case 'checkout.session.async_payment_failed':
      return checkoutId && topUpId ? { act: 'expire', checkoutId } : null;
    default:
      return paymentId === null ? null : returnOf(type, object, paymentId);
  }
}

function returnOf(type: string, object: StripeObject, paymentId: string): Consequence | null {
  const dispute = object.id ?? 'dispute';
  switch (type) {
    case 'charge.refunded': {
      // The sum of all refunds of the charge so far.
      const amountMinor = object.refunded === true ? null : (object.amount_refunded ?? 0);
      return { act: 'return', paymentId, source: 'refund', cause: 'refund', amountMinor };
    }
    case 'charge.dispute.created':
      // An inquiry takes no money; if it becomes a dispute, the event of the withdrawn funds says so.
      if (object.status?.startsWith('warning_')) return null;
      return { act: 'return', paymentId, source: dispute, cause: 'dispute', amountMinor: object.amount ?? null };
    case 'charge.dispute.funds_withdrawn':
      return { act: 'return', paymentId, source: dispute, cause: 'dispute', amountMinor: object.amount ?? null };
    case 'charge.dispute.funds_reinstated':
      return { act: 'giveBack', paymentId, source: dispute };
    case 'charge.dispute.closed':
      return object.status === 'won' ? { act: 'giveBack', paymentId, source: dispute } : null;
    default:
      return null;
  }
}

/**
 * Pure: how many of a payment's credits the returned money stands for. In proportion, rounded down once over all returns together, so
 * that parts never add up to more than the whole; all of them when all the money, or more, went back.
 */
export function creditsReturned(
  payment: { credits: bigint; amountMinor: number },
  returns: readonly Pick<Return, 'amountMinor'>[],
): bigint {
  const whole = BigInt(payment.amountMinor);
  const sum = returns.reduce((total, { amountMinor }) => total + (amountMinor === null ? whole : BigInt(amountMinor)), 0n);
  return (payment.credits * (sum < whole ? sum : whole)) / whole;
}
