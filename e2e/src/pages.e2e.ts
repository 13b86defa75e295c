import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findAccessibilityProblems, openBrowser, screenshot, type TestBrowser, type Visit, type Visitor } from './browser.ts';
import { draw } from './drawing.ts';
import { startProgram, type RunningProgram } from './harness.ts';
import { ada, enterAgain, enterAsAdministrator, leave } from './people.ts';

let program: RunningProgram;
let browser: TestBrowser;
let baseUrl: string;
let imageId: string;

beforeAll(async () => {
  [program, browser] = await Promise.all([startProgram(), openBrowser()]);
  baseUrl = program.baseUrl;
  const { api, context } = await enterAsAdministrator(browser, { baseUrl });
  const { images } = await draw(api, { prompt: 'a harbour at dawn, with fishing boats and a lighthouse', count: 4 });
  await draw(api, { prompt: 'a kite', width: 640, height: 384 });
  const ids = images.map(({ id }) => id);
  imageId = ids[0] ?? '';
  await api.imageUpdate({ params: { id: imageId }, body: { published: true, favourite: true } });
  const { id } = await api.collectionCreate({ body: { name: 'Summer' } });
  await api.collectionAdd({ params: { id }, body: { ids } });
  await api.imageTrash({ body: { ids: ids.slice(3) } });
  await api.apiKeyCreate({ body: { name: 'Nightly script', scopes: ['images:read'], expiresInDays: 7 } });
  await api.adminInvitationCreate({ body: { role: 'member', expiresInDays: 7, email: 'cleo@example.org' } });
  await context.close();
});

afterAll(async () => {
  await browser?.close();
  await program?.stop();
});

const open = ['/sign-in', '/sign-up', '/forgot-password', '/reset-password?token=none', '/explore'];
const member = ['/studio', '/gallery', '/gallery/collections', '/gallery/trash', '/explore', '/account', '/nothing-here'];
const gone = '01930000-0000-7000-8000-000000000000';
const lost = ['images', 'market/listings', 'market/purchases', 'market/sellers'].map((place) => `/${place}/${gone}`);
const admin = ['people', 'models', 'queue', 'storage', 'audit', 'settings'].map((name) => `/admin/${name}`);

describe.each(['desktop', 'phone'] as const)('every page, %s', (viewport) => {
  test('has no fault that axe finds in light or dark, does not scroll sideways, and stays on this host', async () => {
    const visitor: Visitor = { baseUrl, viewport };
    const [stranger, own] = await Promise.all([browser.visit(visitor), enterAgain(browser, visitor, ada)]);
    const faults = await Promise.all([
      checkAll(stranger, open),
      checkAll(own, [...member, `/images/${imageId}`, ...lost, ...admin]),
    ]);
    expect(Object.assign({}, ...faults)).toEqual({});
    await leave(stranger, own);
  });
});

/** Faults by page; an empty object when there are none. */
async function checkAll({ page }: Visit, addresses: readonly string[]): Promise<Record<string, string[]>> {
  const faults: Record<string, string[]> = {};
  for (const address of addresses) {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(address);
    await settle(page);
    await screenshot(page, `page${address.replace(imageId, 'one').replace(/\W+/g, '-')}`);
    const found = await findFaults(page);
    if (found.length > 0) faults[address] = found;
  }
  return faults;
}

async function settle(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor({ state: 'attached' });
  await expect.poll(() => page.getByRole('status', { name: 'Loading' }).count()).toBe(0);
}

async function findFaults(page: Page): Promise<string[]> {
  const faults = await findAccessibilityProblems(page);
  // What a theme changes are the colours; all else was looked at a line above.
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  const { violations } = await new AxeBuilder({ page }).withRules(['color-contrast']).analyze();
  for (const { nodes } of violations) faults.push(`dark: contrast (${nodes.map(({ target }) => target.join(' ')).join(', ')})`);
  const excess = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  if (excess !== 0) faults.push(`scrolls sideways by ${String(excess)} pixels`);
  return faults;
}

/** Presses Tab until `target` has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  const hasFocus = () => target.evaluate((element) => element === element.ownerDocument.activeElement);
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    if (await hasFocus()) return;
  }
  throw new Error('Tab does not lead there within 60 presses');
}

test('signing in, generating and opening the picture need no mouse', async () => {
  const visit = await browser.visit({ baseUrl });
  const { page } = visit;
  await page.goto('/sign-in');
  await tabTo(page, page.getByLabel('Email address'));
  await page.keyboard.type(ada.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(ada.password);
  await page.keyboard.press('Enter');

  const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true });
  await prompt.waitFor();
  await page.reload();
  await prompt.waitFor();
  await tabTo(page, prompt);
  await page.keyboard.type('a paper lantern');
  await tabTo(page, page.getByRole('button', { name: /^Generate/ }));
  await page.keyboard.press('Enter');
  const picture = page.getByRole('link', { name: 'a paper lantern', exact: true });
  await picture.waitFor();
  await tabTo(page, picture);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'a paper lantern' }).waitFor();

  // The first Tab on a page offers to pass over the navigation.
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the content' });
  await expect.poll(() => skip.boundingBox()).toMatchObject({ x: 12, y: 12 });
  await leave(visit);
});
