import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAccessibilityProblems, openBrowser, screenshot, type TestBrowser } from './browser.ts';
import { startProgram, type RunningProgram } from './harness.ts';
import { ada, enterAgain, enterAsAdministrator, leave } from './people.ts';
import { startStripe, type StripeStub } from './stripe-stub.ts';

const languages = [
  {
    locale: 'en',
    viewport: 'desktop',
    buy: 'Buy 500 credits for €5.00',
    thanks: 'Thank you. 500 credits are in your wallet.',
    unfinished: 'The payment was not finished. Nothing was charged.',
    back: 'Go back to the payment',
    payments: 'Payments',
    paid: 'Paid',
    refunded: 'Refunded',
  },
  {
    locale: 'fr',
    viewport: 'phone',
    buy: 'Acheter 500 crédits pour 5,00 €',
    thanks: 'Merci. 500 crédits sont dans votre portefeuille.',
    unfinished: 'Le paiement n’a pas été terminé. Rien n’a été débité.',
    back: 'Revenir au paiement',
    payments: 'Paiements',
    paid: 'Payé',
    refunded: 'Remboursé',
  },
] as const;

let browser: TestBrowser;
let program: RunningProgram;
let stripe: StripeStub;

beforeAll(async () => {
  [stripe, browser] = await Promise.all([startStripe(), openBrowser()]);
  program = await startProgram({ env: stripe.env });
  stripe.sendTo(program.baseUrl);
  const { context } = await enterAsAdministrator(browser, { baseUrl: program.baseUrl });
  await context.close();
});
afterAll(async () => {
  await browser?.close();
  await program?.stop();
  await stripe?.stop();
});

test.each(languages)('credits are bought, given up, paid and refunded ($locale, $viewport)', async (words) => {
  const visit = await enterAgain(browser, { baseUrl: program.baseUrl, locale: words.locale, viewport: words.viewport }, ada);
  const { page, api } = visit;
  const before = BigInt((await api.walletRead()).balanceCredits);
  await page.goto('/wallet');
  await page.getByRole('button', { name: words.buy }).click();
  await page.getByRole('link', { name: 'Leave' }).click();

  await page.getByRole('status').filter({ hasText: words.unfinished }).waitFor();
  await look(page, `wallet-cancelled-${words.locale}`);
  expect(BigInt((await api.walletRead()).balanceCredits)).toBe(before);
  await page.getByRole('link', { name: words.back }).click();
  await page.getByRole('button', { name: 'Pay' }).click();

  await page.getByRole('status').filter({ hasText: words.thanks }).waitFor();
  const row = page.getByRole('region', { name: words.payments }).getByRole('row').nth(1);
  await row.getByText(words.paid, { exact: true }).waitFor();
  await look(page, `wallet-paid-${words.locale}`);
  expect(BigInt((await api.walletRead()).balanceCredits)).toBe(before + 500n);

  await stripe.refund((await api.topUpList()).items[0]!.id);
  await page.goto('/wallet');
  await row.getByText(words.refunded).waitFor();
  await look(page, `wallet-refunded-${words.locale}`);
  expect(BigInt((await api.walletRead()).balanceCredits)).toBe(before);
  // Only the payment page is another host, and only because somebody went there.
  visit.problems.splice(0, visit.problems.length, ...visit.problems.filter((problem) => !problem.includes(stripe.url)));
  await leave(visit);
});

async function look(page: Page, name: string): Promise<void> {
  expect(await findAccessibilityProblems(page)).toEqual([]);
  await screenshot(page, name);
}
