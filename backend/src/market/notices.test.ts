import { expect, it } from 'vitest';
import { payoutNotice, saleNotice } from './notices.ts';
import type { PurchaseRow } from './tables.ts';

const linesOf = (price: string, fee: string) => {
  const { en, fr } = saleNotice({ title: 'Fox', price_credits: price, fee_credits: fee } as PurchaseRow);
  return [...en.lines, ...fr.lines];
};

it.each([
  ['1', '0', '1 credit.', '1 credit is in your wallet.', '1 crédit.', '1 crédit est dans votre portefeuille.'],
  ['1', '1', '1 credit.', '0 credits are in your wallet.', '1 crédit.', '0 crédit est dans votre portefeuille.'],
  ['20', '2', '20 credits.', '18 credits are in your wallet.', '20 crédits.', '18 crédits sont dans votre portefeuille.'],
])('a sale for %s with a fee of %s is told in the right number', (price, fee, ...said) => {
  const [bought, earned, acheté, reçu] = linesOf(price, fee);
  expect([bought, earned, acheté, reçu]).toEqual([
    `“Fox” was bought for ${said[0]}`,
    said[1],
    `« Fox » a été achetée pour ${said[2]}`,
    said[3],
  ]);
});

it.each([
  ['1', true, '1 credit was paid out.', '1 crédit a été versé.'],
  ['1', false, '1 credit is free in your wallet again.', '1 crédit est de nouveau disponible dans votre portefeuille.'],
  ['40', true, '40 credits were paid out.', '40 crédits ont été versés.'],
  ['40', false, '40 credits are free in your wallet again.', '40 crédits sont de nouveau disponibles dans votre portefeuille.'],
])('a payout of %s (paid: %s) too', (amount, paid, en, fr) => {
  const notice = payoutNotice(amount, paid, 'Done');
  expect([notice.en.lines[0], notice.fr.lines[0]]).toEqual([en, fr]);
  expect(notice.en.subject).toContain(`of ${amount} ${amount === '1' ? 'credit ' : 'credits '}`);
});
