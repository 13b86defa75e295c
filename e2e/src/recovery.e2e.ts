import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type TestBrowser } from './browser.ts';
import { generate, picturesOf } from './drawing.ts';
import { startProgram, type RunningProgram } from './harness.ts';
import { enterAsAdministrator, leave, type SignedIn } from './people.ts';

let program: RunningProgram;
let browser: TestBrowser;
let visit: SignedIn;

beforeAll(async () => {
  [program, browser] = await Promise.all([startProgram(), openBrowser()]);
  visit = await enterAsAdministrator(browser, { baseUrl: program.baseUrl });
  await visit.page.goto('/studio');
});

afterAll(async () => {
  await browser?.close();
  await program?.stop();
});

test('while the API is dead the page says so; when it is back, the picture is there without a click', async () => {
  const { page } = visit;
  const card = await generate(page, 'a lighthouse [slow 4000]');
  await card.getByRole('progressbar').waitFor();
  await program.killApi();
  await page.getByText('No connection to RenderMart.').waitFor();
  await program.startApi();
  await page.getByText('No connection to RenderMart.').waitFor({ state: 'detached', timeout: 60_000 });
  await picturesOf(card).waitFor({ timeout: 60_000 });
});

test('a generation whose worker is killed is finished by another, once', async () => {
  const { page, api } = visit;
  const card = await generate(page, 'a phoenix [slow 3000] [steps 30]');
  await card.getByText(/^Step \d+ of 30$/).waitFor();
  await program.killWorker();
  await program.addWorker();
  await picturesOf(card).waitFor({ timeout: 60_000 });
  const { items } = await api.imageList({ query: { q: 'phoenix' } });
  expect(items).toHaveLength(1);
  const [generation] = (await api.generationList({})).items;
  expect(generation).toMatchObject({ state: 'succeeded', attempts: 2 });
  await leave(visit);
});
