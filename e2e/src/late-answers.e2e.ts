import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openBrowser, type TestBrowser } from './browser.ts';
import { cardOf, draw } from './drawing.ts';
import { startProgram, type RunningProgram } from './harness.ts';
import { enterAsAdministrator, leave, type SignedIn } from './people.ts';

// An answer that comes when somebody has gone on to something else: it neither pulls them back nor undoes what they did since.

let program: RunningProgram;
let browser: TestBrowser;
let visit: SignedIn;
let page: Page;
/** Ids of two pictures, and of one that was drawn from the first. */
let pictures: { first: string; second: string; drawnFromFirst: string };

beforeAll(async () => {
  [program, browser] = await Promise.all([startProgram(), openBrowser()]);
  visit = await enterAsAdministrator(browser, { baseUrl: program.baseUrl });
  ({ page } = visit);
  const first = await drawn('a first picture');
  const second = await drawn('a second picture');
  pictures = { first, second, drawnFromFirst: await drawn('drawn from the first', first) };
});

afterAll(async () => {
  await browser?.close();
  await program?.stop();
});

beforeEach(() => page.unrouteAll({ behavior: 'wait' }));

async function drawn(prompt: string, sourceImageId?: string): Promise<string> {
  const { images } = await draw(visit.api, { prompt, width: 128, height: 128, ...(sourceImageId && { sourceImageId }) });
  return images[0]!.id;
}

/** Keeps calls back; `answer` lets them through, and resolves when the page has got the first of the answers. */
async function holdBack(method: 'GET' | 'POST', address: string): Promise<{ answer: () => Promise<void> }> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.route(address, async (route, request) => {
    if (request.method() === method) await released;
    await route.fallback();
  });
  return {
    async answer() {
      const answered = page.waitForResponse(
        (response) => response.request().method() === method && matches(response.url(), address),
      );
      release();
      await (await answered).finished();
    },
  };
}

const matches = (url: string, address: string) => url.endsWith(address.replace('**', ''));
const prompt = () => page.getByRole('textbox', { name: 'Prompt', exact: true });
const notice = (text: string | RegExp) => page.getByRole('region', { name: 'Notices' }).getByText(text);
const sourceShown = () => page.getByRole('img', { name: 'Source image' }).first().getAttribute('src');

/** Goes to the market by a link of the page, so that the page stays loaded. */
async function goToMarket(): Promise<void> {
  await page.getByRole('link', { name: 'Market' }).click();
  await page.getByRole('heading', { name: 'Market', exact: true }).waitFor();
}

/** Whatever an answer does to the page it has done by the time that one more thing was clicked and drawn. */
async function expectToStayOnMarket(): Promise<void> {
  await page.getByRole('link', { name: 'Sales' }).click();
  await page.waitForURL('**/market/sales');
  await page.goBack();
  await page.getByRole('heading', { name: 'Market', exact: true }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/market');
}

test('a source image that arrives late takes no place of one that was chosen meanwhile', async () => {
  await page.goto('/studio');
  const upload = await holdBack('POST', '**/api/images');
  const buffer = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
  await page.getByLabel('Upload a source image').setInputFiles({ name: 'teal.png', mimeType: 'image/png', buffer });
  await page.getByText('The source image is being uploaded').waitFor();
  await page.getByRole('button', { name: 'From the gallery' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'a second picture' }).click();
  await page.getByText('Draws from this picture').first().waitFor();
  await upload.answer();
  await prompt().fill('something else');
  expect(await sourceShown()).toContain(pictures.second);
});

test('of two settings that are taken over the last one stays', async () => {
  await page.goto('/studio');
  const use = (name: string) => cardOf(page, name).getByRole('button', { name: 'Use these settings' }).click();
  const source = await holdBack('GET', `**/api/images/${pictures.first}`);
  await use('drawn from the first');
  await use('a second picture');
  await notice('The settings are taken over.').waitFor();
  await source.answer();
  await page.getByRole('radio', { name: '3', exact: true }).check();
  expect(await prompt().inputValue()).toBe('a second picture');
  expect(await notice('The settings are taken over.').count()).toBe(1);
});

test('settings that arrive late overwrite nothing that was written or chosen since', async () => {
  await page.goto('/studio');
  const follow = () => cardOf(page, 'drawn from the first').getByRole('button', { name: 'Use these settings' }).click();
  const after = async (act: () => Promise<void>) => {
    const source = await holdBack('GET', `**/api/images/${pictures.first}`);
    await follow();
    await act();
    await source.answer();
    await page.unrouteAll({ behavior: 'wait' });
  };
  await prompt().fill('before');
  await after(() => prompt().fill('written since'));
  await page.getByRole('radio', { name: '3', exact: true }).check();
  expect(await prompt().inputValue()).toBe('written since');
  await after(() => page.getByRole('button', { name: 'Back to the defaults' }).click());
  await page.getByRole('radio', { name: '2', exact: true }).check();
  expect(await prompt().inputValue()).toBe('written since');
  expect(await notice('The settings are taken over.').count()).toBe(0);
  // With nothing in between they are taken over.
  await follow();
  await notice('The settings are taken over.').waitFor();
  expect(await prompt().inputValue()).toBe('drawn from the first');
});

test('who leaves the studio before a recipe was taken over is not called back', async () => {
  const image = await holdBack('GET', `**/api/images/${pictures.second}`);
  await page.goto(`/studio?remix=${pictures.second}`);
  await prompt().waitFor();
  await goToMarket();
  await image.answer();
  await expectToStayOnMarket();
  expect(await notice(/^The recipe is taken over/).count()).toBe(0);
});

test('who goes on while an image is moved to the trash stays where they are', async () => {
  await page.goto(`/images/${await drawn('to be thrown away')}`);
  const trash = await holdBack('POST', '**/api/images/trash');
  await page.getByRole('button', { name: 'Move to the trash' }).click();
  await goToMarket();
  await trash.answer();
  await notice('Moved to the trash.').waitFor();
  await expectToStayOnMarket();
});

test('who goes on while an image is put up for sale stays where they are', async () => {
  await page.goto(`/images/${pictures.second}`);
  await page.getByRole('link', { name: 'Sell', exact: true }).click();
  await page.getByRole('button', { name: 'Offer it for sale' }).click();
  // What is missing is shown, and the first of it has the focus.
  const price = page.getByLabel('Price in credits');
  await expect.poll(() => price.evaluate((field) => field === field.ownerDocument.activeElement)).toBe(true);
  await price.fill('250');
  await page.getByLabel('Title', { exact: true }).fill('A second picture');
  const listing = await holdBack('POST', '**/api/listings');
  await page.getByRole('button', { name: 'Offer it for sale' }).click();
  await goToMarket();
  await listing.answer();
  await notice(/is for sale now$/).waitFor();
  await expectToStayOnMarket();
  await leave(visit);
});
