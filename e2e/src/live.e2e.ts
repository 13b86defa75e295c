import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAccessibilityProblems, openBrowser, type TestBrowser, type Visitor } from './browser.ts';
import { cardOf, draw, picturesOf } from './drawing.ts';
import { startProgram, type RunningProgram } from './harness.ts';
import { ada, enterAgain, enterAsAdministrator, leave } from './people.ts';

let program: RunningProgram;
let browser: TestBrowser;
let visitor: Visitor;

// The model that ships draws, the simulated one is there because it is not for this.
beforeAll(async () => {
  [program, browser] = await Promise.all([startProgram({ engines: 'local,fake' }), openBrowser()]);
  visitor = { baseUrl: program.baseUrl };
  await (await enterAsAdministrator(browser, visitor)).context.close();
});

afterAll(async () => {
  await browser?.close();
  await program?.stop();
});

const pixelsOf = async (bytes: Buffer) => (await sharp(bytes).ensureAlpha().raw().toBuffer()).toString('base64');
const shown = (page: Page, prompt: string) =>
  page.getByRole('region', { name: 'Drawn while you type' }).getByRole('img', { name: `Drawn while you type: ${prompt}` });

test('the picture follows the words, stays when they do, leaves no trace, and is kept as it is', async () => {
  const { page, api, ...visit } = await enterAgain(browser, visitor, ada);
  await page.goto('/studio');
  const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true });
  await page.getByRole('switch', { name: 'Draw while I type' }).click();
  await page.getByText('Write, and it is drawn while you type.').waitFor();
  await prompt.pressSequentially('a red fox', { delay: 60 });
  await shown(page, 'a red fox').waitFor();
  await prompt.pressSequentially(' in the snow', { delay: 60 });
  await shown(page, 'a red fox in the snow').waitFor();
  // Closes the list of known words, which nothing but the prompt's own keys can reach.
  await prompt.press('Escape');
  await page.getByRole('status').getByText('Drawn while you type: a red fox in the snow').waitFor({ state: 'attached' });
  expect(await findAccessibilityProblems(page)).toEqual([]);
  expect((await api.generationList({})).items).toEqual([]);
  expect((await api.imageList({})).items).toEqual([]);

  const address = await shown(page, 'a red fox in the snow').getAttribute('src');
  const keep = page.getByRole('button', { name: 'Keep', exact: true });
  await page.route('**/api/generations', (route) => route.abort(), { times: 1 });
  await keep.click();
  await page.getByRole('alert').waitFor();
  expect(await keep.isEnabled()).toBe(true);
  await keep.click();
  await page.getByRole('button', { name: 'Kept', exact: true }).waitFor();
  await picturesOf(cardOf(page, 'a red fox in the snow')).first().waitFor();
  const [kept] = (await api.imageList({})).items;
  const file = await visit.context.request.get(`/api/images/${kept!.id}/file`);
  expect(await pixelsOf(await file.body())).toBe(await pixelsOf(Buffer.from(address!.split(',')[1]!, 'base64')));

  await page.getByRole('button', { name: 'Another picture of these words' }).click();
  await page.getByRole('button', { name: 'Keep', exact: true }).waitFor();
  expect(await shown(page, 'a red fox in the snow').getAttribute('src')).not.toBe(address);
  await prompt.fill('');
  await page.getByText('Write, and it is drawn while you type.').waitFor();
  await leave({ page, ...visit });
});

test('a source image is followed while somebody types, at its strength, and stays the parent of what is kept', async () => {
  const { page, api, ...visit } = await enterAgain(browser, visitor, ada);
  const sourceId = (await draw(api, { prompt: 'a red house', seed: 1 })).images[0]!.id;
  await page.goto(`/studio?source=${sourceId}`);
  await page.getByRole('switch', { name: 'Draw while I type' }).click();
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('a blue house');
  await shown(page, 'a blue house').waitFor();
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).press('Escape');
  await page.getByRole('button', { name: 'Keep', exact: true }).click();
  await picturesOf(cardOf(page, 'a blue house')).first().waitFor();
  expect((await api.imageList({})).items[0]).toMatchObject({ parentId: sourceId, recipe: { sourceImageId: sourceId } });
  await leave({ page, ...visit });
});

test('on a French phone the switch is in reach and remembered; other models and administrators take it away', async () => {
  const phone = await enterAgain(browser, { ...visitor, locale: 'fr', viewport: 'phone' }, ada);
  const { page, api } = phone;
  await page.goto('/studio');
  const toggle = page.getByRole('switch', { name: 'Dessiner pendant que j’écris' });
  await toggle.click();
  await page.getByRole('textbox', { name: 'Description', exact: true }).fill('un chat bleu');
  await page.getByRole('img', { name: 'Dessiné pendant que vous écrivez\u00a0: un chat bleu' }).waitFor();
  await page.getByRole('textbox', { name: 'Description', exact: true }).press('Escape');
  expect(await findAccessibilityProblems(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  await page.reload();
  expect(await toggle.isChecked()).toBe(true);
  await page.getByRole('img', { name: 'Dessiné pendant que vous écrivez\u00a0: un chat bleu' }).waitFor();

  expect((await api.modelList()).items.filter(({ live }) => live).map(({ engine }) => engine)).toEqual(['local']);
  await page.goto('/admin/settings');
  await page.getByRole('switch', { name: 'Dessiner pendant la saisie' }).click();
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await page.getByText('Les réglages sont enregistrés').first().waitFor();
  await page.goto('/studio');
  await page.getByRole('textbox', { name: 'Description', exact: true }).waitFor();
  await toggle.waitFor({ state: 'detached' });
  await api.adminSettingsUpdate({ body: { liveDrawing: true } });
  await leave(phone);
});
