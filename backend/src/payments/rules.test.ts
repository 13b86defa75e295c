import { describe, expect, it } from 'vitest';
import { consequenceOf, creditsReturned, parsePacks } from './rules.ts';

describe('parsePacks', () => {
  it('reads what is for sale', () => {
    expect(parsePacks(' 500:500:eur, 2500:2000:usd ')).toEqual([
      { id: '500-500-eur', credits: '500', amountMinor: 500, currency: 'eur' },
      { id: '2500-2000-usd', credits: '2500', amountMinor: 2000, currency: 'usd' },
    ]);
    expect(parsePacks('')).toEqual([]);
  });
  it.each(['500', '500:5.00:eur', '0:500:eur', '500:0:eur', '500:500:euro', '-5:500:eur', '500:500:EUR'])(
    'refuses %s',
    (text) => {
      expect(() => parsePacks(text)).toThrow(/credits:amount:currency/);
    },
  );
});

function returned(source: string, cause: string, amountMinor: number | null) {
  return { act: 'return', paymentId: 'pi', source, cause, amountMinor };
}

it.each<[string, object, object | null]>([
  [
    'checkout.session.completed',
    { id: 'cs', client_reference_id: 't', payment_status: 'paid', payment_intent: 'pi' },
    { act: 'credit', checkoutId: 'cs', topUpId: 't', paymentId: 'pi' },
  ],
  ['checkout.session.completed', { id: 'cs', client_reference_id: 't', payment_status: 'unpaid', payment_intent: 'pi' }, null],
  [
    'checkout.session.async_payment_succeeded',
    { id: 'cs', client_reference_id: 't', payment_status: 'paid', payment_intent: { id: 'pi' } },
    { act: 'credit', checkoutId: 'cs', topUpId: 't', paymentId: 'pi' },
  ],
  ['checkout.session.completed', { id: 'cs', client_reference_id: null, payment_status: 'paid' }, null],
  ['checkout.session.expired', { id: 'cs', client_reference_id: 't' }, { act: 'expire', checkoutId: 'cs' }],
  ['checkout.session.expired', { id: 'cs', client_reference_id: null }, null],
  ['checkout.session.async_payment_failed', { id: 'cs', client_reference_id: 't' }, { act: 'expire', checkoutId: 'cs' }],
  ['charge.refunded', { payment_intent: 'pi', refunded: true, amount_refunded: 500 }, returned('refund', 'refund', null)],
  ['charge.refunded', { payment_intent: 'pi', refunded: false, amount_refunded: 125 }, returned('refund', 'refund', 125)],
  ['charge.refunded', { payment_intent: null, refunded: true }, null],
  ['charge.dispute.created', { id: 'dp', payment_intent: 'pi', amount: 500 }, returned('dp', 'dispute', 500)],
  ['charge.dispute.created', { id: 'dp', payment_intent: 'pi', amount: 500, status: 'warning_needs_response' }, null],
  ['charge.dispute.funds_withdrawn', { id: 'dp', payment_intent: 'pi', amount: 500 }, returned('dp', 'dispute', 500)],
  ['charge.dispute.funds_reinstated', { id: 'dp', payment_intent: 'pi' }, { act: 'giveBack', paymentId: 'pi', source: 'dp' }],
  [
    'charge.dispute.closed',
    { id: 'dp', payment_intent: 'pi', status: 'won' },
    { act: 'giveBack', paymentId: 'pi', source: 'dp' },
  ],
  ['charge.dispute.closed', { id: 'dp', payment_intent: 'pi', status: 'lost' }, null],
  ['customer.created', {}, null],
])('%s of %o', (type, object, consequence) => expect(consequenceOf({ type, data: { object } })).toEqual(consequence));

it.each<[bigint, number, (number | null)[], bigint]>([
  [500n, 500, [], 0n],
  [500n, 500, [125], 125n],
  [500n, 500, [null], 500n],
  [500n, 500, [500, null], 500n],
  [500n, 500, [300, 300], 500n],
  // A third of a hundred credits, rounded down once: three thirds are all of them.
  [100n, 300, [100], 33n],
  [100n, 300, [200], 66n],
  [100n, 300, [100, 200], 100n],
  [1n, 999, [998], 0n],
])('of %s credits for %s, returning %j takes %s', (credits, amountMinor, returns, taken) =>
  expect(
    creditsReturned(
      { credits, amountMinor },
      returns.map((each) => ({ amountMinor: each })),
    ),
  ).toBe(taken),
);
