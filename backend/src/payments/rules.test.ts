import { describe, expect, it } from 'vitest';
import { consequenceOf, parsePacks } from './rules.ts';

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

it.each<[string, object, object | null]>([
  [
    'checkout.session.completed',
    { client_reference_id: 't', payment_status: 'paid', payment_intent: 'pi' },
    { act: 'credit', topUpId: 't', paymentId: 'pi' },
  ],
  ['checkout.session.completed', { client_reference_id: 't', payment_status: 'unpaid', payment_intent: 'pi' }, null],
  [
    'checkout.session.async_payment_succeeded',
    { client_reference_id: 't', payment_status: 'paid', payment_intent: { id: 'pi' } },
    { act: 'credit', topUpId: 't', paymentId: 'pi' },
  ],
  ['checkout.session.completed', { client_reference_id: null, payment_status: 'paid' }, null],
  ['checkout.session.expired', { client_reference_id: 't' }, { act: 'expire', topUpId: 't' }],
  ['checkout.session.async_payment_failed', { client_reference_id: 't' }, { act: 'expire', topUpId: 't' }],
  ['charge.refunded', { payment_intent: 'pi', refunded: true }, { act: 'reverse', paymentId: 'pi', cause: 'refund' }],
  ['charge.refunded', { payment_intent: 'pi', refunded: false }, null],
  ['charge.dispute.created', { payment_intent: 'pi' }, { act: 'reverse', paymentId: 'pi', cause: 'dispute' }],
  ['customer.created', {}, null],
])('%s of %o', (type, object, consequence) => expect(consequenceOf({ type, data: { object } })).toEqual(consequence));
