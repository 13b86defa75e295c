import type { Page, Request, Route } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type TestBrowser, type Visitor } from './browser.ts';
import { draw } from './drawing.ts';
import { startProgram, type RunningProgram } from './harness.ts';
import { ada, ben, enterAgain, enterAsAdministrator, enterAsMember, leave, type SignedIn } from './people.ts';

// What a person does while an answer is on its way, and what a page shows when the answer is a refusal.

let program: RunningProgram;
let browser: TestBrowser;
let visitor: Visitor;
let visit: SignedIn;
let pictureId: string;
let picture: Buffer;

beforeAll(async () => {
  [program, browser] = await Promise.all([startProgram(), openBrowser()]);
  visitor = { baseUrl: program.baseUrl };
  visit = await enterAsAdministrator(browser, visitor);
  pictureId = (await draw(visit.api, { prompt: 'a source', width: 256, height: 128 })).images[0]!.id;
  picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();
});

afterAll(async () => {
  await browser?.close();
  await program?.stop();
});

const refusal = { status: 429, json: { error: { code: 'rate_limited', message: 'Too many.', requestId: 'test' } } };
const onlyWrites = (answer: (route: Route) => Promise<void>) => (route: Route, request: Request) =>
  request.method() === 'GET' ? route.fallback() : answer(route);

/** Keeps what is sent to an address back until `release`. */
async function holdBack(page: Page, address: string) {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const handler = onlyWrites(async (route) => {
    await released;
    await route.fallback();
  });
  await page.route(address, handler);
  return release;
}

const file = () => ({ name: 'teal.png', mimeType: 'image/png', buffer: picture });
const notice = (page: Page, text: string | RegExp) => page.getByRole('region', { name: 'Notices' }).getByText(text);

test('what a refusal undoes is no longer shown: neither on the page of an image nor where the gallery leads', async () => {
  const { page } = visit;
  await page.route(
    '**/api/images/*',
    onlyWrites((route) => route.fulfill(refusal)),
  );
  await page.goto(`/images/${pictureId}`);
  const heart = page.getByRole('button', { name: 'Favourite', exact: true });
  await heart.click();
  await notice(page, /^Too many tries/).waitFor();
  await expect.poll(() => heart.getAttribute('aria-pressed')).toBe('false');
  const publish = page.getByRole('switch', { name: 'Publish' });
  await publish.click();
  await notice(page, /^Too many tries/)
    .nth(1)
    .waitFor();
  await expect.poll(() => publish.isChecked()).toBe(false);

  await page.getByRole('link', { name: 'Gallery' }).click();
  await page.getByRole('button', { name: 'Favourite: a source' }).click();
  await notice(page, /^Too many tries/)
    .nth(2)
    .waitFor();
  await page.getByRole('link', { name: 'a source', exact: true }).click();
  await expect.poll(() => heart.getAttribute('aria-pressed')).toBe('false');
  await page.unrouteAll({ behavior: 'wait' });
});

test('two administrators who change different settings undo nothing of each other', async () => {
  const { page, api } = visit;
  await page.goto('/admin/settings');
  await page.getByRole('textbox', { name: 'Name' }).fill('Atelier');
  await api.adminSettingsUpdate({ body: { trashDays: 77 } });
  await page.getByRole('button', { name: 'Save' }).click();
  await notice(page, 'The settings were saved').waitFor();
  expect(await api.adminSettingsRead()).toMatchObject({ siteName: 'Atelier', trashDays: 77 });
  expect(await page.getByRole('textbox', { name: 'Days in the trash' }).inputValue()).toBe('77');
  expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
});

test('nor do two who change different things of a person or of a model', async () => {
  const { page, api } = visit;
  const { context } = await enterAsMember(browser, visitor, api);
  await context.close();
  const { id } = (await api.adminPeopleList({ query: { q: ben.email } })).items[0]!;
  await page.goto('/admin/people');
  await page.getByRole('button', { name: `Change ${ben.name}` }).click();
  await page.getByRole('textbox', { name: 'Share of the queue' }).fill('2');
  await api.adminPersonUpdate({ params: { id }, body: { disabled: true } });
  await page.getByRole('button', { name: 'Save' }).click();
  await notice(page, `${ben.name} was changed`).waitFor();
  expect((await api.adminPeopleList({ query: { q: ben.email } })).items).toMatchObject([{ disabled: true, weight: 2 }]);

  const model = { params: { id: 'fake' } };
  await page.goto('/admin/models');
  await page.getByRole('button', { name: 'Change Test pattern (simulated)' }).click();
  await page.getByRole('textbox', { name: 'Description (optional)' }).fill('Draws patterns.');
  await api.adminModelUpdate({ ...model, body: { priceCredits: '7', options: { quality: 'high' } } });
  await page.getByRole('button', { name: 'Save' }).click();
  await notice(page, /was changed$/)
    .last()
    .waitFor();
  const { items } = await api.adminModelList();
  const changed = { description: 'Draws patterns.', priceCredits: '7', options: { quality: 'high' } };
  expect(items.find((item) => item.id === 'fake')).toMatchObject(changed);
  await api.adminModelUpdate({ ...model, body: { priceCredits: '0', options: {} } });
});

test('an image that was taken off the market no longer says that it is for sale', async () => {
  const { page, api } = visit;
  const { images } = await draw(api, { prompt: 'a listed picture' });
  const terms = { kind: 'licence', licence: 'commercial', priceCredits: '250', title: 'A listed picture' } as const;
  await api.listingCreate({ body: { imageId: images[0]!.id, ...terms } });
  await page.goto(`/images/${images[0]!.id}`);
  await page.getByRole('link', { name: 'See my listings' }).click();
  await page.getByRole('link', { name: 'A listed picture' }).click();
  await page.getByRole('button', { name: 'Withdraw' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
  await notice(page, /is no longer for sale$/).waitFor();
  await page.getByRole('link', { name: 'Open the image' }).click();
  await page.getByRole('switch', { name: 'Publish' }).waitFor();
});

test('settings and recipes come with their source image and its mask, or say that it is gone', async () => {
  const { page, api } = visit;
  const mask = await sharp({ create: { width: 256, height: 128, channels: 3, background: 'white' } })
    .png()
    .toBuffer();
  const { id: maskId } = await api.imageMaskUpload({
    params: { id: pictureId },
    body: new Uint8Array(mask),
    mediaType: 'image/png',
  });
  const drawn = await draw(api, { prompt: 'with a hat', sourceImageId: pictureId, maskId, denoisingStrength: 0.45 });
  const chip = page.getByText('Draws a part of this picture anew').first();
  const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true });
  const card = page.getByRole('listitem', { name: 'with a hat', exact: true });
  const strength = page.getByRole('slider', { name: 'Denoising strength' });

  await page.goto('/studio');
  await card.getByRole('button', { name: 'Use these settings' }).click();
  await chip.waitFor();
  expect(await strength.inputValue()).toBe('0.45');
  await page.getByRole('button', { name: 'Remove the source image' }).first().click();
  await page.goto(`/studio?remix=${drawn.images[0]!.id}`);
  await chip.waitFor();
  expect(await prompt.inputValue()).toBe('with a hat');

  await api.imageTrash({ body: { ids: [pictureId] } });
  await card.getByRole('button', { name: 'Use these settings' }).click();
  await notice(page, /source image could not be taken over/).waitFor();
  await chip.waitFor({ state: 'detached' });
  await api.imageRestore({ body: { ids: [pictureId] } });
});

test('an upload goes on when the gallery was left: it pulls nobody back, and tells of what failed', async () => {
  const { page } = visit;
  await page.goto('/gallery?q=nothing');
  const input = page.getByLabel('Pictures to upload');
  const upload = async () => {
    const release = await holdBack(page, '**/api/images');
    await input.setInputFiles([file()]);
    await page.getByRole('region', { name: 'Uploads' }).waitFor();
    await page.getByRole('link', { name: 'Market' }).click();
    await page.getByRole('heading', { name: 'Market', exact: true }).waitFor();
    return release;
  };
  (await upload())();
  await notice(page, '1 picture is in your gallery').waitFor();
  expect(new URL(page.url()).pathname).toBe('/market');
  await page.unrouteAll({ behavior: 'wait' });

  await page.goto('/gallery');
  await page.route(
    '**/api/images',
    onlyWrites((route) => route.fulfill(refusal)),
  );
  (await upload())();
  await notice(page, /^1 picture was not uploaded/).waitFor();
  await page.unrouteAll({ behavior: 'wait' });
});

test('on a phone a source image arrives after the settings were closed, over settings changed meanwhile', async () => {
  const phone = await enterAgain(browser, { ...visitor, viewport: 'phone' }, ada);
  const { page } = phone;
  const settings = page.getByRole('button', { name: 'Settings', exact: true });
  await page.goto('/studio');
  await page.route(
    '**/api/images',
    onlyWrites((route) => route.fulfill(refusal)),
  );
  let release = await holdBack(page, '**/api/images');
  await settings.click();
  const input = page.getByLabel('Upload a source image');
  await input.setInputFiles(file());
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByText('The source image is being uploaded').waitFor();
  release();
  await notice(page, /^Too many tries/).waitFor();
  await page.unrouteAll({ behavior: 'wait' });

  release = await holdBack(page, '**/api/images');
  await settings.click();
  await input.setInputFiles(file());
  await page.getByRole('radio', { name: '3', exact: true }).check();
  await page.getByRole('button', { name: 'Done' }).click();
  release();
  await page.getByText('Draws from this picture').waitFor();
  await settings.click();
  expect(await page.getByRole('radio', { name: '3', exact: true }).isChecked()).toBe(true);
  await leave(phone);
});

test('a mask that is on its way is not painted on, and is not taken after Cancel', async () => {
  const { page } = visit;
  await page.goto(`/studio?source=${pictureId}`);
  await page.getByRole('button', { name: 'Mark a part' }).click();
  const dialog = page.getByRole('dialog', { name: 'Mark a part' });
  await dialog.getByRole('button', { name: 'Invert' }).click();
  const release = await holdBack(page, '**/masks');
  await dialog.getByRole('button', { name: 'Use this mask' }).click();
  await dialog.locator('[inert]').getByRole('button', { name: 'Invert' }).waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  const answered = page.waitForResponse('**/masks');
  release();
  await (await answered).finished();
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('still whole');
  expect(await page.getByRole('button', { name: 'Mark a part' }).isVisible()).toBe(true);
  await leave(visit);
});

test('a price that moved since it was shown takes nothing; the page shows the new one, and the next press pays it', async () => {
  const own = await enterAgain(browser, visitor, ada);
  const { page, api } = own;
  const model = (await api.modelList()).items.find(({ id }) => id === 'fake')!;
  const { id: accountId } = await api.accountRead();
  await api.adminCreditsMove({
    params: { id: accountId },
    body: { amountCredits: '100', reason: 'for the test' },
    idempotencyKey: 'price',
  });
  await page.goto('/studio');
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('a kite');
  await page.getByRole('button', { name: /^Generate/ }).waitFor();
  await api.adminModelUpdate({ params: { id: model.id }, body: { priceCredits: '7' } });
  await page.getByRole('button', { name: /^Generate/ }).click();
  await page.getByText(/^The price has changed since you saw it/).waitFor();
  expect((await api.walletRead()).balanceCredits).toBe('100');
  await page.getByRole('button', { name: /^Generate.*credits/ }).click();
  await page.getByRole('region', { name: 'Generations' }).getByRole('listitem', { name: 'a kite', exact: true }).waitFor();
  await expect.poll(async () => Number((await api.walletRead()).balanceCredits)).toBeLessThan(100);
  await leave(own);
});
