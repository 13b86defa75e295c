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

/** What an event of Stripe asks of us; null for those that do not concern us. */
export type Consequence =
  | { act: 'credit'; topUpId: string; paymentId: string | null }
  | { act: 'expire'; topUpId: string }
  | { act: 'reverse'; paymentId: string; cause: ReversalCause };
export type ReversalCause = 'refund' | 'dispute';

interface StripeLike {
  type: string;
  data: { object: object };
}

/** Pure: reads an event whose signature was already verified. */
export function consequenceOf({ type, data }: StripeLike): Consequence | null {
  const object = data.object as {
    client_reference_id?: string | null;
    payment_status?: string;
    payment_intent?: string | { id: string } | null;
    refunded?: boolean;
  };
  const paymentId = typeof object.payment_intent === 'string' ? object.payment_intent : (object.payment_intent?.id ?? null);
  const topUpId = object.client_reference_id ?? null;
  switch (type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
      // A completed session may still wait for a bank; the second event comes when the money is there.
      return topUpId !== null && object.payment_status === 'paid' ? { act: 'credit', topUpId, paymentId } : null;
    case 'checkout.session.expired':
    case 'checkout.session.async_payment_failed':
      return topUpId === null ? null : { act: 'expire', topUpId };
    case 'charge.refunded':
      // A refund in part is settled by hand: which credits were meant, only the operator knows.
      return paymentId !== null && object.refunded === true ? { act: 'reverse', paymentId, cause: 'refund' } : null;
    case 'charge.dispute.created':
      return paymentId === null ? null : { act: 'reverse', paymentId, cause: 'dispute' };
    default:
      return null;
  }
}
