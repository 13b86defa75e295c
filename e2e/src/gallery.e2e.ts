import fs from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openBrowser, screenshot, type TestBrowser, type Visitor } from './browser.ts';
import { cardOf, draw, picturesOf } from './drawing.ts';
import { startProgram, type RunningProgram } from './harness.ts';
import { ada, enterAgain, enterAsAdministrator, enterAsMember, leave, type SignedIn } from './people.ts';

let program: RunningProgram;
let browser: TestBrowser;
let visitor: Visitor;
let visit: SignedIn;
const meadows = 72;

// More than one page of pictures (60), and three that the tests can tell apart.
beforeAll(async () => {
  [program, browser] = await Promise.all([startProgram(), openBrowser()]);
  visitor = { baseUrl: program.baseUrl };
  const { api, context } = await enterAsAdministrator(browser, visitor);
  await Promise.all(
    Array.from({ length: meadows / 8 }, () => draw(api, { prompt: 'a meadow', count: 8, width: 64, height: 64 })),
  );
  for (const prompt of ['a kite', 'a drum', 'a well']) await draw(api, { prompt });
  await context.close();
});

afterAll(async () => {
  await browser?.close();
  await program?.stop();
});

beforeEach(async () => {
  visit = await enterAgain(browser, visitor, ada);
  await visit.page.goto('/gallery');
});

afterEach(() => leave(visit));

const tiles = (page: Page) => page.locator('[data-tile]');
const tile = (page: Page, name: string) => page.getByRole('img', { name, exact: true });
const notice = (page: Page, text: string) => page.getByRole('region', { name: 'Notices' }).getByText(text);

async function select(page: Page, ...names: string[]): Promise<void> {
  await page.getByRole('button', { name: 'Select', exact: true }).click();
  for (const name of names) await page.getByRole('checkbox', { name: `Select: ${name}` }).click();
  await page.getByRole('group', { name: 'Selected images' }).getByText(`${names.length} selected`).waitFor();
}

test('scrolling brings the older pictures', async () => {
  const { page } = visit;
  await tiles(page).nth(59).waitFor();
  expect(await tiles(page).count()).toBe(60);
  await tiles(page).nth(59).scrollIntoViewIfNeeded();
  await tiles(page)
    .nth(meadows + 3 - 1)
    .waitFor();
});

test('favourites are kept and found by the filter', async () => {
  const { page } = visit;
  const heart = page.getByRole('button', { name: 'Favourite: a kite' });
  await tile(page, 'a kite').hover();
  await heart.click();
  await expect.poll(() => heart.getAttribute('aria-pressed')).toBe('true');
  await page.getByRole('button', { name: 'Favourites', exact: true }).click();
  await tile(page, 'a meadow').first().waitFor({ state: 'detached' });
  expect(await tiles(page).count()).toBe(1);
  await page.reload();
  await tile(page, 'a kite').waitFor();
  expect(await tiles(page).count()).toBe(1);
});

test('a filter that is set while the search waits for the next key stays', async () => {
  const { page } = visit;
  await page.getByRole('searchbox', { name: 'Search your prompts' }).fill('kite');
  await page.getByRole('button', { name: 'Favourites', exact: true }).click();
  await page.waitForURL(/q=kite/);
  expect(new URL(page.url()).searchParams.get('favourite')).toBe('true');
});

test('a date is typed by keyboard', async () => {
  const { page } = visit;
  await page.getByRole('button', { name: /^Filters/ }).click();
  await page.getByLabel('From', { exact: true }).pressSequentially('10102024');
  await page.waitForURL(/from=2024-10-10/);
  expect(await page.getByLabel('From', { exact: true }).inputValue()).toBe('2024-10-10');
});

test('a collection is made out of a selection', async () => {
  const { page } = visit;
  await select(page, 'a kite', 'a well');
  await page.getByRole('button', { name: 'Add to a collection' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Summer');
  await page.getByRole('button', { name: 'Create and add' }).click();
  await notice(page, '2 images added to Summer').waitFor();
  await page.getByRole('link', { name: 'Collections' }).click();
  await page.getByRole('link', { name: 'Summer' }).click();
  await page.getByRole('heading', { level: 1, name: 'Summer' }).waitFor();
  await tile(page, 'a kite').waitFor();
  expect(await tiles(page).count()).toBe(2);
});

test('what goes to the trash comes back by undo', async () => {
  const { page } = visit;
  await select(page, 'a drum', 'a well');
  await page.getByRole('button', { name: 'Move to the trash' }).click();
  await notice(page, '2 images moved to the trash').waitFor();
  await tile(page, 'a drum').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await tile(page, 'a drum').waitFor();
  await tile(page, 'a well').waitFor();
});

test('the trash is emptied for good only after a question', async () => {
  const { page, api } = visit;
  const { images } = await draw(api, { prompt: 'a blot' });
  await page.reload();
  await select(page, 'a blot');
  await page.getByRole('button', { name: 'Move to the trash' }).click();
  await page.getByRole('link', { name: 'Trash' }).click();
  await tile(page, 'a blot').waitFor();
  await page.getByRole('button', { name: 'Empty the trash' }).click();
  await page.getByRole('dialog', { name: 'Empty the trash?' }).getByRole('button', { name: 'Empty the trash' }).click();
  await page.getByRole('heading', { name: 'The trash is empty' }).waitFor();
  expect((await visit.context.request.get(`/api/images/${images[0]?.id}`)).status()).toBe(404);
});

test('on a phone all that can be done with a selection is in reach, in a collection too', async () => {
  const { api } = visit;
  const { id } = await api.collectionCreate({ body: { name: 'Winter' } });
  await api.collectionAdd({ params: { id }, body: { ids: [(await api.imageList({})).items[0]!.id] } });
  const phone = await enterAgain(browser, { ...visitor, viewport: 'phone' }, ada);
  await phone.page.setViewportSize({ width: 360, height: 740 });
  await phone.page.goto(`/gallery?collectionId=${id}`);
  await phone.page.getByRole('button', { name: 'Select', exact: true }).click();
  const buttons = phone.page.getByRole('group', { name: 'Selected images' }).getByRole('button');
  await buttons.nth(6).waitFor();
  for (const button of await buttons.all()) {
    const { x, width } = (await button.boundingBox())!;
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(360);
  }
  await screenshot(phone.page, 'selection');
  await leave(phone);
});

test('a selection is downloaded as one zip', async () => {
  const { page } = visit;
  await select(page, 'a kite', 'a drum', 'a well');
  const button = page.getByRole('group', { name: 'Selected images' }).getByRole('button', { name: 'Download' });
  const [file] = await Promise.all([page.waitForEvent('download'), button.click()]);
  expect(file.suggestedFilename()).toMatch(/^rendermart-.*\.zip$/);
  const bytes = fs.readFileSync(await file.path());
  const names = bytes.toString('latin1').match(/[\w -]+\.png/g);
  expect([...new Set(names?.map((name) => /kite|drum|well/.exec(name)?.[0]))].toSorted()).toEqual(['drum', 'kite', 'well']);
});

test('a picture is private until it is published; then another person likes and remixes it', async () => {
  const { page, api, context } = visit;
  const { images } = await draw(api, { prompt: 'a harbour', seed: 7 });
  const address = `/images/${images[0]?.id}`;
  const other = await enterAsMember(browser, visitor, api);
  await other.page.goto(address);
  await other.page.getByRole('heading', { name: 'This image is not here' }).waitFor();
  for (const part of ['', '/file', '/thumbnails/640'])
    expect((await other.context.request.get(`/api${address}${part}`)).status(), part).toBe(404);

  await page.goto(address);
  await page.getByRole('switch', { name: 'Publish' }).click();
  await page.getByText('Everyone with an account here sees the picture').waitFor();
  await other.page.goto('/explore');
  const like = other.page.getByRole('button', { name: /^Like/ });
  await like.click();
  await expect.poll(() => like.getAttribute('aria-pressed')).toBe('true');
  await expect.poll(async () => (await api.imageRead({ params: { id: images[0]?.id ?? '' } })).likes).toBe(1);
  await tile(other.page, 'a harbour').hover();
  await other.page.getByRole('link', { name: 'Remix: a harbour' }).click();
  await expect.poll(() => other.page.getByRole('textbox', { name: 'Prompt', exact: true }).inputValue()).toBe('a harbour');
  expect(await other.page.getByRole('textbox', { name: 'Seed' }).inputValue()).toBe('7');

  await page.getByRole('switch', { name: 'Published' }).click();
  await page.getByText('Only you see this picture.').waitFor();
  expect((await other.context.request.get(`/api${address}/file`)).status()).toBe(404);
  expect((await context.request.get(`/api${address}/file`)).status()).toBe(200);
  await leave(other);
});

test('a generation of which a picture went to the trash does not wait for it', async () => {
  const { page, api } = visit;
  const { images } = await draw(api, { prompt: 'two jars', count: 2 });
  await api.imageTrash({ body: { ids: [images[0]!.id] } });
  await page.goto('/studio');
  const card = cardOf(page, 'two jars');
  await picturesOf(card).waitFor();
  expect(await card.getByRole('img', { name: 'Waiting' }).count()).toBe(0);
});
