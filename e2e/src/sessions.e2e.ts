import { runOnce } from '@rendermart/postgres';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, type TestBrowser, type Visitor } from './browser.ts';
import { startProgram, type RunningProgram } from './harness.ts';
import { ada, ben, enterAgain, enterAsAdministrator, leave, type Person, type SignedIn } from './people.ts';

let program: RunningProgram;
let browser: TestBrowser;
let visitor: Visitor;
/** The administrator, signed in from the first test on. */
let first: SignedIn;

beforeAll(async () => {
  [program, browser] = await Promise.all([startProgram(), openBrowser()]);
  visitor = { baseUrl: program.baseUrl };
  first = await enterAsAdministrator(browser, visitor);
});

afterAll(async () => {
  await browser?.close();
  await program?.stop();
});

async function signIn(page: Page, { email, password }: Pick<Person, 'email' | 'password'>): Promise<void> {
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

const studio = (page: Page) => page.getByRole('textbox', { name: 'Prompt', exact: true });

test('signing out leads to the sign-in page, a wrong password is told, the right one leads back', async () => {
  const { page } = first;
  await page.goto('/studio');
  await page.getByRole('button', { name: 'You' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();

  await page.goto('/gallery?q=fox');
  await signIn(page, { ...ada, password: 'not the password' });
  await page.getByRole('alert').getByText('The email address or the password is not right.').waitFor();
  await signIn(page, ada);
  await page.getByRole('searchbox', { name: 'Search your prompts' }).waitFor();
  expect(new URL(page.url()).search).toBe('?q=fox');
});

test('an invitation lets one person in, once', async () => {
  await first.page.goto('/admin/people');
  await first.page.getByRole('button', { name: 'Invite somebody' }).click();
  await first.page.getByRole('button', { name: 'Make the invitation' }).click();
  const link = await first.page.getByRole('textbox', { name: 'Link' }).innerText();

  const second = await browser.visit(visitor);
  await second.page.goto('/sign-up');
  await second.page.getByText('A new account needs an invitation here.').waitFor();
  await signUp(second.page, link, ben);
  await studio(second.page).waitFor();

  const third = await browser.visit(visitor);
  await signUp(third.page, link, { ...ben, email: 'cleo@example.org' });
  await third.page.getByRole('alert').getByText('This invitation is not valid').waitFor();
  await leave(second, third);
});

async function signUp(page: Page, link: string, { name, email, password }: Person): Promise<void> {
  await page.goto(link);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create the account' }).click();
}

test('the policy decides whether a visitor may sign up', async () => {
  const { page } = first;
  const stranger = await browser.visit(visitor);
  const choose = async (policy: string) => {
    await page.goto('/admin/settings');
    await page.getByRole('combobox', { name: 'New accounts' }).click();
    await page.getByRole('option', { name: policy }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The settings were saved').waitFor();
  };
  await choose('Closed');
  await stranger.page.goto('/sign-up');
  await stranger.page.getByText('New accounts are closed here.').waitFor();
  await choose('Open');
  await stranger.page.goto('/sign-in');
  await stranger.page.getByRole('link', { name: 'Create an account' }).click();
  await stranger.page.getByLabel('Your name').waitFor();
  await leave(stranger);
});

test('revoking a session signs the other browser out at once', async () => {
  const other = await enterAgain(browser, { ...visitor, viewport: 'phone' }, ada);
  await other.page.goto('/gallery');
  await other.page.getByRole('heading', { name: 'Gallery', exact: true }).waitFor();
  await first.page.goto('/account');
  await first.page.getByRole('button', { name: /^Sign out: / }).click();
  // Nothing is done in the other browser: the server tells it.
  await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect((await other.context.request.get('/api/account')).status()).toBe(401);
  expect((await first.context.request.get('/api/account')).status()).toBe(200);
  await leave(other);
});

test('a session whose time is over is refused like none, and signing in leads back to where one was', async () => {
  const other = await enterAgain(browser, visitor, ada);
  await runOnce(
    program.databaseUrl,
    'update accounts.sessions set expires_at = now() where id = (select id from accounts.sessions order by created_at desc limit 1)',
  );
  const refused = await other.context.request.get('/api/account');
  expect([refused.status(), (await refused.json()).error.code]).toEqual([401, 'sign_in_required']);
  await other.page.goto('/gallery?q=fox');
  await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await signIn(other.page, ada);
  await other.page.getByRole('searchbox', { name: 'Search your prompts' }).waitFor();
  expect(new URL(other.page.url()).search).toBe('?q=fox');
  expect((await first.context.request.get('/api/account')).status()).toBe(200);
  await leave(other);
});

test('a forgotten password is reset with the link of the log, which works once', async () => {
  const visit = await browser.visit(visitor);
  const { page } = visit;
  await page.goto('/sign-in');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await page.getByRole('heading', { name: 'Reset the password' }).waitFor();
  await page.getByLabel('Email address').fill(ben.email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await page.getByRole('status').getByText(ben.email).waitFor();
  const findLink = () => program.logLines.join('\n').match(/http:\S+?\/reset-password\?token=[\w.~%-]+/)?.[0];
  await expect.poll(findLink).toBeDefined();

  const changed = { ...ben, password: 'eight paper boats' };
  const setPassword = async () => {
    await page.goto(findLink() ?? '');
    await page.getByLabel('New password', { exact: true }).fill(changed.password);
    await page.getByRole('button', { name: 'Change the password' }).click();
  };
  await setPassword();
  await signIn(page, ben);
  await page.getByRole('alert').getByText('not right').waitFor();
  await signIn(page, changed);
  await studio(page).waitFor();
  await setPassword();
  await page.getByRole('link', { name: 'Ask for a new link' }).waitFor();
  await leave(visit, first);
});
