import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openBrowser, type TestBrowser, type Visitor } from './browser.ts';
import { cardOf, generate, picturesOf } from './drawing.ts';
import { startProgram, type RunningProgram } from './harness.ts';
import { ada, enterAgain, enterAsAdministrator, enterAsMember, leave, type SignedIn } from './people.ts';

let program: RunningProgram;
let browser: TestBrowser;
let visitor: Visitor;
let visit: SignedIn;

// The simulated engine obeys the words in brackets, so every state lasts as long as the test looks at it. It is the default
// here; the built-in model is there for its vocabulary. One job at a time: a second person has to wait.
beforeAll(async () => {
  const env = { WORKER_CAPACITY: '1' };
  [program, browser] = await Promise.all([startProgram({ engines: 'local,fake', env }), openBrowser()]);
  visitor = { baseUrl: program.baseUrl };
  const { api, context } = await enterAsAdministrator(browser, visitor);
  await api.adminModelUpdate({ params: { id: 'fake' }, body: { isDefault: true } });
  await context.close();
});

afterAll(async () => {
  await browser?.close();
  await program?.stop();
});

beforeEach(async () => {
  visit = await enterAgain(browser, visitor, ada);
  await visit.page.goto('/studio');
});

afterEach(() => leave(visit));

async function chooseModel(page: Page, name: RegExp): Promise<void> {
  await page.getByRole('button', { name: /^Model / }).click();
  await page.getByRole('radio', { name }).check();
  await page.getByRole('button', { name: 'Use this model' }).click();
}

test('settings follow the model; words that it does not know are named, and mended by a click', async () => {
  const { page, api } = visit;
  await page
    .getByRole('spinbutton', { name: 'Width' })
    .or(page.getByRole('textbox', { name: 'Width' }))
    .waitFor();
  const builtIn = (await api.modelList()).items.find(({ capabilities }) => capabilities.vocabulary);
  await chooseModel(page, new RegExp(builtIn?.name ?? 'none'));
  await page.getByRole('textbox', { name: 'Width' }).waitFor({ state: 'detached' });

  const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true });
  await prompt.fill('a strawbery for a xylophonist');
  await page.getByText('“xylophonist” is not known and will be left out.').waitFor();
  await page.getByRole('button', { name: 'Replace “strawbery” with “strawberry”' }).click();
  await prompt.fill((await prompt.inputValue()).replace(' for a xylophonist', ''));
  await page.getByText('The model knows every word.').waitFor();
  expect(await prompt.inputValue()).toBe('a strawberry');

  await prompt.fill('a strawb');
  const word = page.getByRole('option', { name: 'strawberry', exact: true });
  // A touch may be the beginning of scrolling.
  await word.dispatchEvent('pointerdown');
  expect(await prompt.inputValue()).toBe('a strawb');
  await word.click();
  expect(await prompt.inputValue()).toBe('a strawberry ');
  expect(await prompt.evaluate('document.activeElement?.ariaLabel')).toBe('Prompt');
});

test('a live preview shows while it runs, then four pictures land in their places', async () => {
  const { page } = visit;
  await page.getByRole('radio', { name: '4', exact: true }).check();
  const card = await generate(page, 'four kites [slow 3000] [steps 6]');
  const places = card.getByRole('list').first().getByRole('listitem');
  expect(await places.count()).toBe(4);
  await card.getByText(/^Step [1-6] of 6$/).waitFor();
  await card.locator('img[src^="data:"]').first().waitFor();
  await picturesOf(card).nth(3).waitFor();
  expect(await places.count()).toBe(4);
  const addresses = await picturesOf(card).evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  expect(new Set(addresses).size).toBe(4);
});

test('eight pictures land in two calls of the engine, one after the other', async () => {
  const { page } = visit;
  await page.getByRole('radio', { name: '8', exact: true }).check();
  const card = await generate(page, 'eight kites [slow 2000]');
  await card.getByText('4 of 8 done').waitFor();
  expect(await picturesOf(card).count()).toBe(4);
  await picturesOf(card).nth(7).waitFor();
});

test('a running generation is cancelled, and the next one starts', async () => {
  const { page } = visit;
  const card = await generate(page, 'endless sea [slow 600000] [steps 1000]');
  await card.getByRole('progressbar').waitFor();
  await card.getByRole('button', { name: 'Cancel' }).click();
  await card.getByText('Cancelled.').waitFor();
  await picturesOf(await generate(page, 'a short pond')).waitFor();
});

test('a failure says what happened and what to do; trying again keeps the seed', async () => {
  const { page, api } = visit;
  const refused = await generate(page, 'a riddle [refuse]');
  await refused
    .getByRole('alert')
    .getByText("The model's provider refused this prompt. Nothing was charged for missing images.")
    .waitFor();

  const card = await generate(page, 'a comet [fail-once provider_credit]');
  await card.getByRole('alert').getByText('has run out of credit').waitFor();
  const seed = await card.getByText(/^Seed \d+$/).innerText();
  await card.getByRole('button', { name: 'Try again' }).click();
  await picturesOf(card).waitFor();
  expect(await card.getByText(/^Seed \d+$/).innerText()).toBe(seed);
  const [latest] = (await api.imageList({})).items;
  expect(`Seed ${latest?.recipe?.seed}`).toBe(seed);
});

test('a second person waits for their turn, sees the place, and is not told of others', async () => {
  const { page, api } = visit;
  const running = await generate(page, 'a long river [slow 600000] [steps 1000]');
  await running.getByRole('progressbar').waitFor();
  const second = await enterAsMember(browser, visitor, api);
  await second.page.goto('/studio');
  const waiting = await generate(second.page, 'a boat');
  await waiting.getByText('Next in the queue').waitFor();
  expect(await second.page.getByText('a long river').count()).toBe(0);
  await running.getByRole('button', { name: 'Cancel' }).click();
  await picturesOf(waiting).waitFor();
  await leave(second);
});

test('a reload keeps the prompt, the settings and what is under way', async () => {
  const { page } = visit;
  const card = await generate(page, 'a slow snail [slow 6000] [steps 60]');
  await card.getByRole('progressbar').waitFor();
  await page.getByRole('radio', { name: '6', exact: true }).check();
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('the next idea');
  await page.reload();
  await cardOf(page, 'a slow snail [slow 6000] [steps 60]').getByRole('progressbar').waitFor();
  expect(await page.getByRole('textbox', { name: 'Prompt', exact: true }).inputValue()).toBe('the next idea');
  expect(await page.getByRole('radio', { name: '6', exact: true }).isChecked()).toBe(true);
  await picturesOf(cardOf(page, 'a slow snail [slow 6000] [steps 60]')).waitFor();
});
