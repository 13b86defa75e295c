import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, screenshot, type TestBrowser, type Visitor } from './browser.ts';
import { draw, generate } from './drawing.ts';
import { startProgram, type RunningProgram } from './harness.ts';
import { ada, enterAgain, enterAsAdministrator, leave, type SignedIn } from './people.ts';

let program: RunningProgram;
let browser: TestBrowser;
let visitor: Visitor;
let sourceId: string;

// The simulated engine takes masks; the built-in model does not.
beforeAll(async () => {
  [program, browser] = await Promise.all([startProgram({ engines: 'local,fake' }), openBrowser()]);
  visitor = { baseUrl: program.baseUrl };
  const { api, context } = await enterAsAdministrator(browser, visitor);
  await api.adminModelUpdate({ params: { id: 'fake' }, body: { isDefault: true } });
  sourceId = (await draw(api, { prompt: 'a source', width: 256, height: 128 })).images[0]!.id;
  await context.close();
});

afterAll(async () => {
  await browser?.close();
  await program?.stop();
});

/** A browser does not show what a request with a file in it sends, so the page keeps the file. */
const keepSentFile =
  'const send = window.fetch; window.fetch = (url, init) => { if (init?.body instanceof Blob) window.sentFile = init.body; return send(url, init); };';
const readSentFile = 'window.sentFile.arrayBuffer().then((bytes) => [...new Uint8Array(bytes)])';

/** Does what sends a mask, and gives its grey bytes. */
async function sentMask(page: Page, send: () => Promise<void>): Promise<(x: number, y: number) => number> {
  await Promise.all([page.waitForResponse(/\/api\/images\/[^/]+\/masks$/), send()]);
  const file = Buffer.from(await page.evaluate<number[]>(readSentFile));
  const { data, info } = await sharp(file).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 256, height: 128 });
  return (x, y) => data[(y * info.width + x) * info.channels]!;
}

const newest = async ({ api }: SignedIn) => (await api.generationList()).items[0]!;

test('a part that is painted on the source image is all that is drawn anew', async () => {
  const visit = await enterAgain(browser, visitor, ada);
  const { page } = visit;
  await page.addInitScript(keepSentFile);
  await page.goto(`/studio?source=${sourceId}`);
  await page.getByRole('button', { name: 'Mark a part' }).click();
  const dialog = page.getByRole('dialog', { name: 'Mark a part' });
  const canvas = dialog.getByRole('img', { name: /^The image with the marked part/ });
  const use = dialog.getByRole('button', { name: 'Use this mask' });
  expect(await use.isDisabled()).toBe(true);
  const box = (await canvas.boundingBox())!;
  const at = (x: number, y: number) => [box.x + (x / 256) * box.width, box.y + (y / 128) * box.height] as const;
  const stroke = async (from: readonly [number, number], to: readonly [number, number]) => {
    await page.mouse.move(...at(...from));
    await page.mouse.down();
    await page.mouse.move(...at(...to), { steps: 4 });
    await page.mouse.up();
  };
  await stroke([40, 64], [100, 64]);
  await stroke([200, 20], [200, 100]);
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await dialog.getByRole('radio', { name: 'Eraser' }).check();
  await stroke([100, 64], [90, 64]);
  await screenshot(page, 'mask');
  const grey = await sentMask(page, () => use.click());
  expect([grey(50, 64), grey(95, 64), grey(200, 60), grey(5, 5)]).toEqual([255, 0, 0, 0]);
  await page.getByText('Only the marked part is drawn anew.').waitFor();
  await generate(page, 'with a hat');
  const masked = await newest(visit);
  expect(masked).toMatchObject({ prompt: 'with a hat', sourceImageId: sourceId, maskId: expect.any(String) });
  await page.getByRole('button', { name: 'Remove the mask' }).click();
  await generate(page, 'without one');
  expect(await newest(visit)).toMatchObject({ prompt: 'without one', sourceImageId: sourceId, maskId: null });
  await leave(visit);
});

test('a part is marked on a phone, in French, by a tap or by numbers', async () => {
  const visit = await enterAgain(browser, { ...visitor, locale: 'fr', viewport: 'phone' }, ada);
  const { page } = visit;
  await page.addInitScript(keepSentFile);
  await page.goto(`/studio?source=${sourceId}`);
  await page.getByRole('button', { name: /^Réglages/ }).click();
  await page.getByRole('button', { name: 'Marquer une partie' }).click();
  const dialog = page.getByRole('dialog', { name: 'Marquer une partie' });
  await dialog.getByText('Marquer un rectangle par des nombres').press('Enter');
  await dialog.getByRole('button', { name: 'Marquer le rectangle' }).press('Enter');
  await dialog.getByRole('button', { name: 'Inverser' }).press('Enter');
  await dialog.getByRole('radio', { name: 'Gomme' }).check();
  const canvas = dialog.getByRole('img', { name: /^L’image avec la partie marquée/ });
  await canvas.scrollIntoViewIfNeeded();
  const box = (await canvas.boundingBox())!;
  await page.touchscreen.tap(box.x + box.width * 0.1, box.y + box.height / 2);
  await screenshot(page, 'mask-fr');
  const grey = await sentMask(page, () => dialog.getByRole('button', { name: 'Utiliser ce masque' }).click());
  // The rectangle's middle is kept, what is around it is drawn anew, but not where the eraser tapped.
  expect([grey(128, 64), grey(5, 5), grey(250, 120), grey(26, 64)]).toEqual([0, 255, 255, 0]);
  await dialog.waitFor({ state: 'detached' });
  // The settings forget nothing that was painted while they are closed; after a reload only the mask itself is left.
  await page.getByRole('button', { name: 'Terminé' }).click();
  await page.getByRole('button', { name: /^Réglages/ }).click();
  await page.getByRole('button', { name: 'Modifier le masque' }).click();
  expect(await dialog.getByRole('button', { name: 'Utiliser ce masque' }).isEnabled()).toBe(true);
  await page.reload();
  await page.getByRole('button', { name: /^Réglages/ }).click();
  await page.getByRole('button', { name: 'Peindre un nouveau masque' }).waitFor();
  await leave(visit);
});
