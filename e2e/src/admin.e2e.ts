import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAccessibilityProblems, openBrowser, screenshot, type TestBrowser, type Visitor } from './browser.ts';
import { generate } from './drawing.ts';
import { startProgram, type RunningProgram } from './harness.ts';
import { ada, ben, enterAgain, enterAsAdministrator, enterAsMember, leave, type SignedIn } from './people.ts';

let program: RunningProgram;
let browser: TestBrowser;
let visitor: Visitor;
let administrator: SignedIn;
let member: SignedIn;

beforeAll(async () => {
  // As on a cluster without a volume that its pods share.
  const env = { ADDED_MODELS_DIR: 'off' };
  [program, browser] = await Promise.all([startProgram({ env }), openBrowser()]);
  visitor = { baseUrl: program.baseUrl };
  administrator = await enterAsAdministrator(browser, visitor);
  member = await enterAsMember(browser, visitor, administrator.api);
});

afterAll(async () => {
  await browser?.close();
  await program?.stop();
});

test('a model that is switched off leaves the studio, and comes back', async () => {
  const { page } = administrator;
  await page.goto('/admin/models');
  const onOff = page.getByRole('switch', { name: /^Switched/ });
  await onOff.click();
  await page.getByText('Test pattern (simulated) is switched off').waitFor();
  await member.page.goto('/studio');
  await member.page.getByRole('heading', { name: 'No model is switched on' }).waitFor();
  await onOff.click();
  await page.getByText('Test pattern (simulated) is switched on').waitFor();
  await member.page.reload();
  await member.page.getByRole('button', { name: 'Model Test pattern (simulated)' }).waitFor();
});

const off = {
  en: ['Fetching and importing models is off here.', 'Add a model', /^Fetch a model$/],
  fr: ['La récupération et l’importation de modèles sont désactivées ici.', 'Ajouter un modèle', /^Récupérer un modèle$/],
} as const;

test('where models have no folder of their own, the page says so and what to do, in both languages', async () => {
  for (const locale of ['en', 'fr'] as const)
    for (const viewport of ['desktop', 'phone'] as const) {
      const visit = await enterAgain(browser, { ...visitor, locale, viewport }, ada);
      const [title, add, fetching] = off[locale];
      await visit.page.goto('/admin/models');
      await visit.page.getByRole('note').filter({ hasText: title }).getByText('ADDED_MODELS_DIR').waitFor();
      await visit.page.getByRole('button', { name: add }).waitFor();
      expect(await visit.page.getByRole('button', { name: fetching }).count()).toBe(0);
      expect(await findAccessibilityProblems(visit.page)).toEqual([]);
      await screenshot(visit.page, `models-off-${locale}`);
      await leave(visit);
    }
});

test('the queue shows who is being drawn for, without a reload', async () => {
  const { page } = administrator;
  await page.goto('/admin/queue');
  const people = page.getByRole('region', { name: 'People' });
  await page.getByText('Nobody waits at the moment.').waitFor();
  await member.page.goto('/studio');
  const card = await generate(member.page, 'a glacier [slow 600000] [steps 1000]');
  await people.getByRole('row', { name: new RegExp(`${ben.name}.* 0 1$`) }).waitFor();
  await card.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Nobody waits at the moment.').waitFor();
});

test('a role is given and taken, an account is disabled at once', async () => {
  const { page } = administrator;
  const change = async (act: () => Promise<void>) => {
    await page.goto('/admin/people');
    await page.getByRole('button', { name: `Change ${ben.name}` }).click();
    await act();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(`${ben.name} was changed`).waitFor();
  };
  await member.page.goto('/admin/people');
  await expect.poll(() => new URL(member.page.url()).pathname).toBe('/studio');
  await change(() => page.getByRole('radio', { name: 'Administrator' }).check());
  await member.page.goto('/admin/people');
  await member.page.getByRole('heading', { name: 'Administration' }).waitFor();
  await change(() => page.getByRole('radio', { name: 'Member' }).check());
  expect((await member.context.request.get('/api/admin/people')).status()).toBe(403);
  await change(() => page.getByRole('switch', { name: 'May sign in' }).click());
  await member.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await member.page.getByLabel('Email address').fill(ben.email);
  await member.page.getByLabel('Password', { exact: true }).fill(ben.password);
  await member.page.getByRole('button', { name: 'Sign in' }).click();
  await member.page.getByRole('alert').getByText('This account is disabled.').waitFor();
});

test('the name of the installation is shown to visitors', async () => {
  const { page } = administrator;
  await page.goto('/admin/settings');
  await page.getByRole('textbox', { name: 'Name' }).fill('Atelier Lumière');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The settings were saved').waitFor();
  await member.page.goto('/sign-in');
  await member.page.getByText('Atelier Lumière').waitFor();
  expect(await member.page.title()).toContain('Atelier Lumière');
  await leave(administrator, member);
});
