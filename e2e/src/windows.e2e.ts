import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type TestBrowser } from './browser.ts';
import { cardOf, generate, picturesOf } from './drawing.ts';
import { startProgram, type RunningProgram } from './harness.ts';
import { ada, ben, enterAgain, enterAsAdministrator, enterAsMember, leave, type Person, type SignedIn } from './people.ts';

let program: RunningProgram;
let browser: TestBrowser;
let visit: SignedIn;

beforeAll(async () => {
  [program, browser] = await Promise.all([startProgram(), openBrowser()]);
  visit = await enterAsAdministrator(browser, { baseUrl: program.baseUrl });
});

afterAll(async () => {
  await browser?.close();
  await program?.stop();
});

/** Without a screen every window of a browser is seen, so it is told otherwise, as a browser tells a tab that is left. */
const show = (page: Page, state: 'visible' | 'hidden') =>
  page.evaluate(
    `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
     document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));`,
  );

async function openStudio(page: Page): Promise<Page> {
  await Promise.all([page.waitForResponse('**/api/events'), page.goto('/studio')]);
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).waitFor();
  return page;
}

// A browser keeps six connections to one server that speaks HTTP/1.1, and an event stream holds one for as long as it lives.
test('six forgotten tabs leave room for a seventh, and know what was drawn there when one comes back', async () => {
  const tabs: Page[] = [];
  for (let count = 0; count < 6; count++) {
    const tab = await openStudio(await visit.context.newPage());
    await show(tab, 'hidden');
    tabs.push(tab);
  }
  const { page } = visit;
  await openStudio(page);
  await picturesOf(await generate(page, 'a seventh wave'))
    .first()
    .waitFor();

  const [first] = tabs as [Page];
  expect(await cardOf(first, 'a seventh wave').count()).toBe(0);
  await show(first, 'visible');
  await picturesOf(cardOf(first, 'a seventh wave')).first().waitFor();
  await leave(visit);
});

test('a tab that was left belongs to whoever signed in meanwhile, and shows nothing of the one before', async () => {
  const visitor = { baseUrl: program.baseUrl };
  const first = await enterAgain(browser, visitor, ada);
  await leave(await enterAsMember(browser, visitor, first.api, ben));
  const tab = await openStudio(first.page);
  await tab.getByRole('textbox', { name: 'Prompt', exact: true }).fill('a secret of Ada');
  const closed = tab.waitForEvent('requestfailed', (request) => request.url().endsWith('/api/events'));
  await show(tab, 'hidden');
  await closed;
  await first.api.sessionDelete();
  await first.api.sessionCreate({ body: { email: ben.email, password: ben.password } });

  await Promise.all([tab.waitForEvent('load'), show(tab, 'visible')]);
  const prompt = tab.getByRole('textbox', { name: 'Prompt', exact: true });
  await prompt.waitFor();
  expect(await prompt.inputValue()).toBe('');
  // Only now is it known what the list holds: nothing of Ben's yet.
  await tab.getByRole('heading', { name: 'Draw your first picture' }).waitFor();
  expect(await cardOf(tab, 'a seventh wave').count()).toBe(0);
  await tab.getByRole('button', { name: 'You' }).click();
  await tab.getByText(ben.email).waitFor();
  await leave(first);
});

test('a draft waits for whoever wrote it, and for nobody else, when a session ends in a tab', async () => {
  const { page, api, ...visit } = await enterAgain(browser, { baseUrl: program.baseUrl }, ada);
  const prompt = page.getByRole('textbox', { name: 'Prompt', exact: true });
  const signIn = async ({ email, password }: Person) => {
    await page.getByLabel('Email address').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await prompt.waitFor();
    return prompt.inputValue();
  };
  await openStudio(page);
  await prompt.fill('a secret of Ada');
  await api.sessionDelete();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await signIn(ada)).toBe('a secret of Ada');
  await api.sessionDelete();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect(await signIn(ben)).toBe('');

  await prompt.fill('a secret of Ben');
  await api.sessionDelete();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.reload();
  expect(await signIn(ada)).toBe('');
  await leave({ page, ...visit });
});
