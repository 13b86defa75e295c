import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAccessibilityProblems, openBrowser, screenshot, type TestBrowser } from './browser.ts';
import { draw, generate, picturesOf, widthOf } from './drawing.ts';
import { startProgram, type RunningProgram } from './harness.ts';
import { type Hub, smallModel, startHub, writeModel } from './hub.ts';
import { enterAgain, enterAsAdministrator, ada, leave, type SignedIn } from './people.ts';

// Small models with random weights in the layout that people know, really drawn with.
let hub: Hub;
let program: RunningProgram;
let browser: TestBrowser;
let administrator: SignedIn;

beforeAll(async () => {
  hub = await startHub('maker/small-turbo', smallModel('sd-turbo'));
  const env = { MODEL_HUB_URL: hub.url, MODEL_HOSTS: new URL(hub.url).host, MODEL_HOSTS_ALLOW_PRIVATE: 'true' };
  [program, browser] = await Promise.all([startProgram({ engines: 'local', env }), openBrowser()]);
  administrator = await enterAsAdministrator(browser, { baseUrl: program.baseUrl });
});
afterAll(async () => {
  await browser?.close();
  await program?.stop();
  await hub?.close();
});

const rowOf = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Fetched models' }).getByRole('listitem').filter({ hasText: name });

test('a folder on the server is imported, and draws', async () => {
  const { page } = administrator;
  writeModel(path.join(program.dataDir, 'import', 'small-sd'), smallModel('sd15'));
  await page.goto('/admin/models');
  await page.getByRole('button', { name: 'Fetch a model' }).click();
  await page.getByRole('tab', { name: 'From a folder' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Small SD');
  await page.getByRole('button', { name: 'Import' }).click();
  await rowOf(page, 'Small SD').getByText('Added').waitFor();
  await page.getByRole('list', { name: 'Models', exact: true }).getByRole('heading', { name: 'Small SD' }).waitFor();
  await page.goto('/studio');
  await page.getByRole('button', { name: /^Model / }).click();
  await page.getByRole('radio', { name: /Small SD/ }).check();
  await page.getByRole('button', { name: 'Use this model' }).click();
  const card = await generate(page, 'a (red:1.3) fox');
  const picture = picturesOf(card).first().getByRole('img');
  await expect.poll(() => widthOf(picture).catch(() => 0)).toBeGreaterThan(0);
  await page.goto('/admin/queue');
  const worker = page.getByRole('region', { name: 'Workers' }).getByRole('row');
  await worker
    .getByRole('listitem')
    .filter({ hasText: /^small-sd.*\(CPU, fp32\)$/ })
    .waitFor();
  await screenshot(page, 'models-in-memory');
});

test('a model is looked up, its licence shown, downloaded, drawn with and removed', async () => {
  const { page, api } = administrator;
  await page.goto('/admin/models');
  await page.getByRole('button', { name: 'Fetch a model' }).click();
  await page.getByRole('textbox', { name: 'Repository' }).fill('maker/nothing');
  await page.getByRole('button', { name: 'Look it up' }).click();
  await page.getByText('There is no model here that this installation can draw with.').waitFor();
  await page.getByRole('textbox', { name: 'Repository' }).fill('maker/small-turbo');
  await page.getByRole('button', { name: 'Look it up' }).click();
  await page.getByText('openrail++').waitFor();
  expect(await findAccessibilityProblems(page)).toEqual([]);
  await screenshot(page, 'fetch-model-en-desktop');
  await page.getByRole('button', { name: 'Accept the licence and download' }).click();
  const row = rowOf(page, 'small-turbo');
  await row.getByRole('progressbar', { name: 'Progress of small-turbo' }).waitFor();
  expect(await findAccessibilityProblems(page)).toEqual([]);
  await screenshot(page, 'models-fetching-en-desktop');
  const french = await enterAgain(browser, { baseUrl: program.baseUrl, locale: 'fr', viewport: 'phone' }, ada);
  await french.page.goto('/admin/models');
  await french.page.getByRole('progressbar', { name: 'Progression de small-turbo' }).scrollIntoViewIfNeeded();
  await screenshot(french.page, 'models-fetching-fr-phone');
  await leave(french);
  hub.release();
  await row.getByText('Added').waitFor();
  const drawn = await draw(api, { prompt: 'a fox', modelId: 'small-turbo', count: 1 });
  expect(drawn.images).toHaveLength(1);
  await row.getByRole('button', { name: 'Remove small-turbo' }).click();
  await page.getByRole('button', { name: /^Remove and free/ }).click();
  await row.waitFor({ state: 'detached' });
  await page
    .getByRole('list', { name: 'Models', exact: true })
    .getByRole('listitem')
    .filter({ hasText: 'small-turbo' })
    .getByText('Retired')
    .waitFor();
  expect((await api.modelList()).items.map((model) => model.id)).not.toContain('small-turbo');
  const { items } = await api.adminAuditList({ query: { q: 'small-turbo' } });
  expect(items.map(({ act }) => act)).toEqual(['model.removed', 'model.changed', 'model.added', 'model.fetched']);
});
