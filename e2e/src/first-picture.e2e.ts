import fs from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findAccessibilityProblems, openBrowser, screenshot, type TestBrowser, type Visitor } from './browser.ts';
import { widthOf } from './drawing.ts';
import { startProgram, type RunningProgram } from './harness.ts';
import { ada, leave } from './people.ts';
import { readPngTexts } from './png-text.ts';

// The small model of the installation really draws here: nothing is simulated.
const languages = [
  {
    locale: 'en',
    viewport: 'desktop',
    title: 'Welcome to RenderMart',
    name: 'Your name',
    email: 'Email address',
    password: 'Password',
    create: 'Create the account',
    prompt: 'Prompt',
    wish: 'a red fox',
    known: 'The model knows every word.',
    generate: 'Generate',
    progress: 'Progress',
    download: 'Download',
    gallery: 'Gallery',
    search: 'Search your prompts',
    nothing: 'No image fits',
  },
  {
    locale: 'fr',
    viewport: 'phone',
    title: 'Bienvenue dans RenderMart',
    name: 'Votre nom',
    email: 'Adresse e-mail',
    password: 'Mot de passe',
    create: 'Créer le compte',
    prompt: 'Description',
    wish: 'un renard',
    known: 'Le modèle connaît tous les mots.',
    generate: 'Générer',
    progress: 'Avancement',
    download: 'Télécharger',
    gallery: 'Galerie',
    search: 'Chercher dans vos descriptions',
    nothing: 'Aucune image ne correspond',
  },
] as const;
type Words = (typeof languages)[number];

let browser: TestBrowser;
let program: RunningProgram;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

describe.each(languages)('the first visitor ($locale, $viewport)', (words) => {
  beforeEach(async () => {
    program = await startProgram({ engines: 'local' });
  });
  afterEach(() => program?.stop());

  test('gets from the welcome page to a picture of a real model, and finds it again', async () => {
    const visitor: Visitor = { baseUrl: program.baseUrl, locale: words.locale, viewport: words.viewport };
    const visit = await browser.visit(visitor);
    const { page } = visit;
    await page.goto('/');
    await makeAdministrator(page, words);
    await drawPicture(page, words);
    expect(await findAccessibilityProblems(page)).toEqual([]);
    await screenshot(page, `first-picture-${words.locale}`);

    await page.getByRole('link', { name: words.wish, exact: true }).click();
    const texts = readPngTexts(await download(page, words));
    expect(texts.get('parameters')).toMatch(new RegExp(`^${words.wish}\\n.*Seed: \\d+`, 's'));
    expect(JSON.parse(texts.get('rendermart') ?? '{}')).toMatchObject({ recipe: { prompt: words.wish } });
    await findInGallery(page, words);
    await leave(visit);
  });
});

async function makeAdministrator(page: Page, words: Words): Promise<void> {
  await page.getByRole('heading', { level: 1, name: words.title }).waitFor();
  await page.getByLabel(words.name).fill(ada.name);
  await page.getByLabel(words.email).fill(ada.email);
  await page.getByLabel(words.password, { exact: true }).fill(ada.password);
  await page.getByRole('button', { name: words.create }).click();
}

async function drawPicture(page: Page, words: Words): Promise<void> {
  await page.getByRole('textbox', { name: words.prompt, exact: true }).fill(words.wish);
  await page.getByText(words.known).waitFor();
  await page.getByRole('button', { name: words.generate }).click();
  await page.getByRole('progressbar', { name: words.progress }).waitFor();
  const picture = page.getByRole('img', { name: words.wish, exact: true });
  await picture.waitFor({ timeout: 90_000 });
  await expect.poll(() => widthOf(picture)).toBeGreaterThan(0);
}

async function download(page: Page, words: Words): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: words.download }).click()]);
  expect(file.suggestedFilename()).toMatch(/\.png$/);
  return fs.readFileSync(await file.path());
}

async function findInGallery(page: Page, words: Words): Promise<void> {
  await page.getByRole('link', { name: words.gallery, exact: true }).click();
  const picture = page.getByRole('img', { name: words.wish, exact: true });
  const search = page.getByRole('searchbox', { name: words.search });
  await search.fill('submarine');
  await page.getByText(words.nothing).waitFor();
  await search.fill(words.wish.split(' ')[1] ?? '');
  await picture.waitFor();
  await screenshot(page, `gallery-first-${words.locale}`);
}
