import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Generation } from '@rendermart/contract';
import type { Page } from 'playwright-core';
import { root } from '../../scripts/program/index.ts';
import { openBrowser, type Visitor } from './browser.ts';
import { draw } from './drawing.ts';
import { startProgram } from './harness.ts';
import { enterAsAdministrator, enterAsMember, type SignedIn } from './people.ts';

// Makes the pictures of the README afresh: node e2e/src/pictures.ts
// The program, the model and the drawings are real; whatever model is the default draws them.

const folder = path.join(root, 'docs', 'images');
/** Prompts that small models draw well. The last one stands on top. */
const prompts = ['birthday cake', 'panda', 'rocket 3d', 'purple dog flat', 'castle', 'blue butterfly', 'a red fox'] as const;
/** Small pictures stand four in a row in the studio, so that many are in sight. */
const side = 256;

/** Waits until what is in sight was loaded, then takes the window as a visitor sees it. */
async function take(page: Page, name: string): Promise<void> {
  await page.getByRole('main').locator('img').first().waitFor();
  const isShown = '[...document.images].every(({ naturalWidth, y }) => naturalWidth > 0 || y > innerHeight)';
  while (!(await page.evaluate(isShown))) await sleep(100);
  await page.evaluate('document.activeElement?.blur()');
  const file = path.join(folder, `${name}.png`);
  await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
  console.log(path.relative(root, file));
}

async function offer(seller: SignedIn, images: readonly Generation['images'][number][]): Promise<void> {
  for (const [index, { id, recipe }] of images.entries()) {
    const title = (recipe?.prompt ?? 'Drawing').replace(/^\w/, (letter) => letter.toUpperCase());
    const body = {
      imageId: id,
      kind: 'licence',
      licence: 'commercial',
      title,
      priceCredits: String(5 + 5 * (index % 4)),
      showRecipe: true,
    } as const;
    await seller.api.listingCreate({ body });
  }
}

fs.mkdirSync(folder, { recursive: true });
const [program, browser] = await Promise.all([startProgram({ engines: 'local' }), openBrowser()]);
try {
  const desktop: Visitor = { baseUrl: program.baseUrl };
  const visit = await enterAsAdministrator(browser, desktop);
  const drawn: Generation[] = [];
  for (const prompt of prompts) drawn.push(await draw(visit.api, { prompt, count: 4, seed: 7, width: side, height: side }));
  await visit.page.goto('/studio');
  await visit.page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('a blue whale');
  await visit.page.getByText('The model knows every word.').waitFor();
  await take(visit.page, 'studio');
  await visit.page.goto('/gallery');
  await take(visit.page, 'gallery');
  const phone = await browser.visit({ ...desktop, viewport: 'phone', colorScheme: 'dark' });
  await phone.context.addCookies(await visit.context.cookies());
  await phone.page.goto('/studio');
  await take(phone.page, 'phone');
  await offer(visit, drawn.map(({ images }) => images[0]!).toReversed());
  const buyer = await enterAsMember(browser, desktop, visit.api);
  await buyer.page.goto('/market');
  await take(buyer.page, 'market');
} finally {
  await browser.close();
  await program.stop();
}
