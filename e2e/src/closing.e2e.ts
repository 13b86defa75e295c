import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAccessibilityProblems, openBrowser, screenshot, type TestBrowser, type Visitor } from './browser.ts';
import { draw } from './drawing.ts';
import { startProgram } from './harness.ts';
import { ada, ben, enterAsAdministrator, enterAsMember, leave, type SignedIn } from './people.ts';

const languages = [
  {
    locale: 'en',
    viewport: 'desktop',
    begin: 'Close my account',
    address: `Type ${ben.email}`,
    password: 'Current password',
    finish: 'Close it for good',
    lost: /You lose 250\scredits\./,
    notMine: 'This is not the email address of your account.',
    wrong: /The current password is not right/,
    signIn: 'Sign in',
    closed: 'Closed account',
  },
  {
    locale: 'fr',
    viewport: 'phone',
    begin: 'Fermer mon compte',
    address: `Saisissez ${ben.email}`,
    password: 'Mot de passe actuel',
    finish: 'Fermer définitivement',
    lost: /Vous perdez 250\scrédits\./,
    notMine: 'Ce n’est pas l’adresse e-mail de votre compte.',
    wrong: /Le mot de passe actuel/,
    signIn: 'Se connecter',
    closed: 'Compte fermé',
  },
] as const;
type Words = (typeof languages)[number];

let browser: TestBrowser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

describe.each(languages)('closing an account ($locale, $viewport)', (words) => {
  test('says what is lost, asks who one is, and leaves the buyer what was bought', async () => {
    const program = await startProgram({ engines: 'fake' });
    try {
      const visitor: Visitor = { baseUrl: program.baseUrl, locale: words.locale, viewport: words.viewport };
      const buyer = await enterAsAdministrator(browser, visitor, ada);
      const seller = await enterAsMember(browser, visitor, buyer.api, ben);
      const purchase = await sell(seller, buyer);
      await closeAccount(seller, words);
      await readReceipt(buyer, purchase, words);
      await leave(buyer, seller);
    } finally {
      await program.stop();
    }
  });
});

/** Ben sells an image to Ada for all that she has. */
async function sell(seller: SignedIn, buyer: SignedIn) {
  const { id } = await buyer.api.accountRead();
  const { availableCredits } = await buyer.api.walletRead();
  const body = { amountCredits: String(250n - BigInt(availableCredits)), reason: 'For the test' };
  await buyer.api.adminCreditsMove({ params: { id }, body, idempotencyKey: crypto.randomUUID() });
  const imageId = (await draw(seller.api, { prompt: 'a sleepy harbour' })).images[0]!.id;
  const terms = { kind: 'licence', licence: 'personal', priceCredits: '250', title: 'Sleepy harbour' } as const;
  const listing = await seller.api.listingCreate({ body: { imageId, ...terms } });
  return buyer.api.purchaseCreate({
    body: { listingId: listing.id, expectedPriceCredits: '250' },
    idempotencyKey: crypto.randomUUID(),
  });
}

async function closeAccount({ page }: SignedIn, words: Words): Promise<void> {
  await page.goto('/account');
  await page.getByRole('button', { name: words.begin }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(words.lost).waitFor();
  await dialog.getByLabel(words.address).fill('somebody@example.org');
  await dialog.getByLabel(words.password, { exact: true }).fill('not the password');
  await dialog.getByRole('button', { name: words.finish }).click();
  await dialog.getByText(words.notMine).waitFor();
  await dialog.getByLabel(words.address).fill(ben.email);
  await dialog.getByRole('button', { name: words.finish }).click();
  await dialog.getByText(words.wrong).waitFor();
  expect(await findAccessibilityProblems(page)).toEqual([]);
  await screenshot(page, `account-close-${words.locale}`);
  await dialog.getByLabel(words.password, { exact: true }).fill(ben.password);
  await dialog.getByRole('button', { name: words.finish }).click();
  await page.getByRole('button', { name: words.signIn, exact: true }).waitFor();
}

/** The receipt names nobody any more, shows the picture, and the full file is still the buyer's. */
async function readReceipt({ page, api }: SignedIn, purchase: { id: string }, words: Words): Promise<void> {
  await page.goto(`/market/purchases/${purchase.id}`);
  await page.getByText(words.closed).waitFor();
  const preview = page.locator('img[src*="/preview/"]').first();
  await expect
    .poll(() => preview.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth))
    .toBeGreaterThan(0);
  await screenshot(page, `account-closed-receipt-${words.locale}`);
  const copy = (await api.imageList({ query: { origin: 'licensed' } })).items[0]!;
  expect((await api.imageFile({ params: { id: copy.id } })).status).toBe(200);
}
