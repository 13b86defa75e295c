import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findAccessibilityProblems, openBrowser, screenshot, type TestBrowser, type Visitor } from './browser.ts';
import { draw } from './drawing.ts';
import { startProgram, type RunningProgram } from './harness.ts';
import { ada, ben, enterAsAdministrator, enterAsMember, leave, type SignedIn } from './people.ts';

const languages = [
  {
    locale: 'en',
    viewport: 'desktop',
    market: 'Market',
    sell: 'Sell',
    price: 'Price in credits',
    net: 'You get 230 credits for each sale: the price less the fee of 8%, which is 20 credits.',
    title: 'Title',
    offer: 'Offer it for sale',
    buy: 'Buy for 250 credits',
    left: '750 credits',
    pay: 'Pay 250 credits',
    receipt: 'Receipt',
    licence: 'Licence: Commercial use',
    exclusive: /^Exclusive/,
    exclusiveLicence: 'Licence: Exclusive',
    licensed: 'Open in the gallery',
    open: 'Open the image',
    sold: /Sold: “Sleepy harbour”. 230 credits are in your wallet/,
    sales: 'Sales',
    purchases: 'Purchases',
    movements: 'Movements',
    change: 'Change',
    save: 'Save',
    moved: /It is now 300 credits\. Nothing was charged/,
    newPay: 'Pay 300 credits',
    cancel: 'Cancel',
  },
  {
    locale: 'fr',
    viewport: 'phone',
    market: 'Marché',
    sell: 'Vendre',
    price: 'Prix en crédits',
    net: 'Vous recevez 230 crédits pour chaque vente : le prix moins la commission de 8 %, soit 20 crédits.',
    title: 'Titre',
    offer: 'Mettre en vente',
    buy: 'Acheter pour 250 crédits',
    left: '750 crédits',
    pay: 'Payer 250 crédits',
    receipt: 'Reçu',
    licence: 'Licence : Usage commercial',
    exclusive: /^Exclusi/,
    exclusiveLicence: 'Licence : Exclusivité',
    licensed: 'Ouvrir dans la galerie',
    open: 'Ouvrir l’image',
    sold: /Vendu\s: «\sSleepy harbour\s». 230\scrédits sont dans votre portefeuille/,
    sales: 'Ventes',
    purchases: 'Achats',
    movements: 'Mouvements',
    change: 'Modifier',
    save: 'Enregistrer',
    moved: /Il est maintenant de 300 crédits\. Rien n’a été débité/,
    newPay: 'Payer 300 crédits',
    cancel: 'Annuler',
  },
] as const;
type Words = (typeof languages)[number];

// Every space of a text is one space here: French has three kinds of them.
const plain = (text: string | null) => (text ?? '').replaceAll(/\s+/g, ' ').trim();
const title = 'Sleepy harbour';

let browser: TestBrowser;
let program: RunningProgram;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

describe.each(languages)('two people on the market ($locale, $viewport)', (words) => {
  let seller: SignedIn;
  let buyer: SignedIn;
  let imageId: string;

  beforeEach(async () => {
    program = await startProgram({ engines: 'fake' });
    const visitor: Visitor = { baseUrl: program.baseUrl, locale: words.locale, viewport: words.viewport };
    seller = await enterAsAdministrator(browser, visitor, ada);
    await seller.api.adminSettingsUpdate({ body: { marketFeePercent: 8 } });
    buyer = await enterAsMember(browser, visitor, seller.api, ben);
    await giveCredits(seller, buyer, 1_000n);
    imageId = (await draw(seller.api, { prompt: 'a sleepy harbour' })).images[0]!.id;
  });
  afterEach(() => program?.stop());

  test('one sells an image, the other buys it, and both read it in their histories', async () => {
    await offerImage(seller.page, imageId, words);
    await seller.page.goto('/market/sales');
    // The seller hears of it where they are, without doing anything. The notice stays for some seconds only.
    const isTold = seller.page.getByText(words.sold).waitFor({ timeout: 90_000 });
    const [receipt] = await Promise.all([buyImage(buyer.page, words), isTold]);
    expect(await rowOf(seller.page, words.sales)).toContain('230');
    expect(await rowOf(seller.page, words.sales)).toContain(ben.name);
    await look(seller.page, `market-sales-${words.locale}`);

    await readPurchase(buyer.page, receipt, words);
    const credits = await Promise.all([seller, buyer].map(async ({ api }) => (await api.walletRead()).availableCredits));
    expect(BigInt(credits[1]!)).toBe((await walletAtFirst(buyer)) - 250n);
    await leave(seller, buyer);
  });

  test('a price that moved is told before anything is paid', async () => {
    const { id } = await offerThroughApi(seller, imageId);
    const { page } = buyer;
    await page.goto(`/market/listings/${id}`);
    await page.getByRole('button', { name: words.buy }).click();
    await page.getByRole('button', { name: words.pay }).waitFor();
    await seller.api.listingUpdate({ params: { id }, body: { priceCredits: '300' } });
    const before = await buyer.api.walletRead();
    await page.getByRole('button', { name: words.pay }).click();
    await page.getByRole('alert').filter({ hasText: words.moved }).waitFor();
    await page.getByRole('button', { name: words.newPay }).waitFor();
    await look(page, `market-price-moved-${words.locale}`);
    await page.getByRole('button', { name: words.cancel }).click();
    expect(await buyer.api.walletRead()).toEqual(before);
    expect((await buyer.api.purchaseList({ query: { role: 'buyer' } })).items).toEqual([]);
    await leave(seller, buyer);
  });
});

describe.each(languages)('an exclusive sale ($locale, $viewport)', (words) => {
  test('moves the image itself from one gallery to the other, and both read it in their histories', async () => {
    program = await startProgram({ engines: 'fake' });
    try {
      const visitor: Visitor = { baseUrl: program.baseUrl, locale: words.locale, viewport: words.viewport };
      const seller = await enterAsAdministrator(browser, visitor, ada);
      await seller.api.adminSettingsUpdate({ body: { marketFeePercent: 8 } });
      const buyer = await enterAsMember(browser, visitor, seller.api, ben);
      await giveCredits(seller, buyer, 1_000n);
      const imageId = (await draw(seller.api, { prompt: 'a sleepy harbour' })).images[0]!.id;

      await offerImage(seller.page, imageId, words, 'exclusive');
      await buyImage(buyer.page, words, words.exclusiveLicence);
      const receipt = buyer.page.url();
      await readHistories(buyer.page, words);
      await buyer.page.goto(receipt);
      await buyer.page.getByRole('link', { name: words.open }).click();
      await buyer.page.getByRole('heading', { level: 1 }).waitFor();
      await seller.page.goto('/market/sales');
      expect(await rowOf(seller.page, words.sales)).toContain(ben.name);

      // The very image: it is the buyer's now, and not there any more for who made it.
      expect((await buyer.api.imageRead({ params: { id: imageId } })).mine).toBe(true);
      await expect(seller.api.imageRead({ params: { id: imageId } })).rejects.toMatchObject({ code: 'not_found' });
      await seller.page.goto('/market/listings');
      await seller.page.getByText(title).first().waitFor();
      await look(seller.page, `market-sold-${words.locale}`);
      await leave(seller, buyer);
    } finally {
      await program.stop();
    }
  });
});

async function giveCredits(from: SignedIn, to: SignedIn, amount: bigint): Promise<void> {
  const { id } = await to.api.accountRead();
  const { availableCredits } = await to.api.walletRead();
  const body = { amountCredits: String(amount - BigInt(availableCredits)), reason: 'For the test' };
  await from.api.adminCreditsMove({ params: { id }, body, idempotencyKey: crypto.randomUUID() });
}

/** What the wallet had before the newest purchase, read from its own entries. */
async function walletAtFirst({ api }: SignedIn): Promise<bigint> {
  const { items } = await api.walletEntryList();
  return BigInt(items.find(({ kind }) => kind !== 'purchase' && kind !== 'fee')!.balanceCredits);
}

async function offerThroughApi({ api }: SignedIn, imageId: string) {
  return api.listingCreate({ body: { imageId, kind: 'licence', licence: 'commercial', priceCredits: '250', title } });
}

/** From the image to the listing, with what it will bring shown before it is offered. */
async function offerImage(page: Page, imageId: string, words: Words, kind: 'licence' | 'exclusive' = 'licence'): Promise<void> {
  await page.goto(`/images/${imageId}`);
  await page.getByRole('link', { name: words.sell, exact: true }).click();
  if (kind === 'exclusive') await page.getByRole('radio', { name: words.exclusive }).check();
  await page.getByLabel(words.price).fill('250');
  const promise = page.getByRole('status').filter({ hasText: '230' });
  expect(plain(await promise.textContent())).toBe(words.net);
  await page.getByLabel(words.title, { exact: true }).fill(title);
  await look(page, `market-sell-${kind}-${words.locale}`);
  await page.getByRole('button', { name: words.offer }).click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
}

/** Finds it on the market and buys it; returns the address of the receipt. */
async function buyImage(page: Page, words: Words, licence: string = words.licence): Promise<string> {
  await page.goto('/market');
  const offer = page.getByRole('link', { name: new RegExp(title) });
  await offer.waitFor();
  await look(page, `market-${words.locale}`);
  await offer.click();
  await page.getByRole('button', { name: words.buy }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(words.left).waitFor();
  await look(page, `market-buy-${words.locale}`);
  await dialog.getByRole('button', { name: words.pay }).click();
  await page.getByRole('heading', { level: 1, name: words.receipt }).waitFor();
  await page.getByRole('heading', { name: licence }).waitFor();
  await look(page, `market-receipt-${words.locale}`);
  return page.url();
}

/** The buyer's history and wallet both know of it. */
async function readHistories(page: Page, words: Words): Promise<void> {
  await page.goto('/market/purchases');
  expect(await rowOf(page, words.purchases)).toContain('250');
  await page.goto('/wallet');
  await page.getByRole('region', { name: words.movements }).getByRole('link').first().waitFor();
  await look(page, `market-wallet-${words.locale}`);
}

/** And so does the gallery. */
async function readPurchase(page: Page, receipt: string, words: Words): Promise<void> {
  await readHistories(page, words);
  await page.goto(receipt);
  await page.getByRole('link', { name: words.licensed }).click();
  await page.getByRole('link', { name: 'a sleepy harbour' }).click();
  await page
    .getByRole('heading', { name: title })
    .or(page.getByRole('heading', { name: 'a sleepy harbour' }))
    .first()
    .waitFor();
}

async function rowOf(page: Page, table: string): Promise<string> {
  const row = page.getByRole('region', { name: table }).getByRole('row').filter({ hasText: title });
  return plain(await row.first().textContent());
}

/** Pictured, and free of what axe can find. */
async function look(page: Page, name: string): Promise<void> {
  expect(await findAccessibilityProblems(page)).toEqual([]);
  await screenshot(page, name);
}
