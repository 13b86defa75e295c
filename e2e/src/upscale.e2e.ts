import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openBrowser, type TestBrowser, type Visitor } from './browser.ts';
import { cardOf, draw, picturesOf } from './drawing.ts';
import { startProgram, type RunningProgram } from './harness.ts';
import { ada, enterAgain, enterAsAdministrator, leave, type SignedIn } from './people.ts';

let program: RunningProgram;
let browser: TestBrowser;
let visitor: Visitor;
let visit: SignedIn;

// The upscalers that ship enlarge; the simulated engine draws pictures of any size in no time.
beforeAll(async () => {
  [program, browser] = await Promise.all([startProgram({ engines: 'local,fake' }), openBrowser()]);
  visitor = { baseUrl: program.baseUrl };
  await (await enterAsAdministrator(browser, visitor)).context.close();
});

afterAll(async () => {
  await browser?.close();
  await program?.stop();
});

beforeEach(async () => {
  visit = await enterAgain(browser, visitor, ada);
});

afterEach(() => leave(visit));

async function drawn(prompt: string, side: number): Promise<string> {
  const { images } = await draw(visit.api, { prompt, modelId: 'fake', width: side, height: side });
  return images[0]!.id;
}

test('a larger copy is asked for on the image’s page and drawn in the studio; its page names what made it', async () => {
  const { page } = visit;
  await page.goto(`/images/${await drawn('a kite', 96)}`);
  await page.getByRole('button', { name: 'Upscale' }).click();
  const dialog = page.getByRole('dialog', { name: 'Upscale' });
  await dialog.getByText('From 96 × 96 to 192 × 192 pixels.').waitFor();
  await dialog.getByRole('radio', { name: '4 times' }).check();
  await dialog.getByText('From 96 × 96 to 384 × 384 pixels.').waitFor();
  expect(await dialog.getByRole('radio', { name: 'Upscaler One' }).isChecked()).toBe(true);
  await dialog.getByRole('button', { name: 'Upscale' }).click();

  const card = cardOf(page, 'a kite');
  await card.getByText('Enlarged 4 times').waitFor();
  expect(await card.getByRole('button', { name: 'Use these settings' }).count()).toBe(0);
  await picturesOf(card).first().click();
  await page.getByText('384 × 384').waitFor();
  await page.getByText('Upscaler One').waitFor();
  expect(await page.getByRole('link', { name: 'Remix' }).count()).toBe(0);
  await page.getByRole('link', { name: 'Open the source image' }).click();
  await page.getByText('96 × 96', { exact: true }).waitFor();
});

test('what would be too large is not offered, and a picture at the limit says why', async () => {
  const { page } = visit;
  await page.goto(`/images/${await drawn('a wall', 1032)}`);
  await page.getByRole('button', { name: 'Upscale' }).click();
  const dialog = page.getByRole('dialog', { name: 'Upscale' });
  await dialog.getByText('From 1032 × 1032 to 2064 × 2064 pixels.').waitFor();
  expect(await dialog.getByRole('radio', { name: '4 times' }).count()).toBe(0);
});

test('a large copy tells its tiles, stops when it is cancelled, and is made when it is tried again', async () => {
  const { page } = visit;
  await page.goto(`/images/${await drawn('a tower', 1024)}`);
  await page.getByRole('button', { name: 'Upscale' }).click();
  const dialog = page.getByRole('dialog', { name: 'Upscale' });
  await dialog.getByRole('radio', { name: '2 times' }).check();
  await dialog.getByRole('button', { name: 'Upscale' }).click();
  const card = cardOf(page, 'a tower');
  await card.getByText(/^Tile \d+ of 16$/).waitFor();
  await card.getByRole('button', { name: 'Cancel' }).click();
  await card.getByText('Cancelled.').waitFor();
  await card.getByRole('button', { name: 'Try again' }).click();
  // Sixteen tiles take a busy machine its time.
  await picturesOf(card).first().waitFor({ timeout: 60_000 });
});

test('who gives up before the answer stays on the image', async () => {
  const { page } = visit;
  const imageId = await drawn('a bridge', 64);
  await page.goto(`/images/${imageId}`);
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await page.route('**/upscales', async (route) => {
    await released;
    await route.fallback();
  });
  await page.getByRole('button', { name: 'Upscale' }).click();
  const dialog = page.getByRole('dialog', { name: 'Upscale' });
  await dialog.getByRole('button', { name: 'Upscale' }).click();
  const answered = page.waitForResponse('**/upscales');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  release();
  await (await answered).finished();
  // Whatever the answer does to the page it has done by the time that the dialog was opened once more.
  await page.getByRole('button', { name: 'Upscale' }).click();
  await dialog.getByText('From 64 × 64 to 128 × 128 pixels.').waitFor();
  expect(new URL(page.url()).pathname).toBe(`/images/${imageId}`);
});

test('the dialog speaks French and fits a phone', async () => {
  const imageId = await drawn('un cerf-volant', 64);
  const phone = await browser.visit({ ...visitor, viewport: 'phone', locale: 'fr' });
  await phone.context.addCookies(await visit.context.cookies());
  await phone.page.goto(`/images/${imageId}`);
  await phone.page.getByRole('button', { name: 'Agrandir' }).click();
  const dialog = phone.page.getByRole('dialog', { name: 'Agrandir' });
  await dialog.getByText('De 64 × 64 à 128 × 128 pixels.').waitFor();
  await dialog.getByRole('radio', { name: 'Lanczos' }).check();
  await dialog.getByRole('button', { name: 'Agrandir' }).click();
  const card = phone.page.getByRole('listitem', { name: 'un cerf-volant' }).first();
  await card.getByText('Agrandie 2 fois').waitFor();
  await picturesOf(card).first().waitFor();
  await leave(phone);
});
