import { makeClient, type Client } from '@rendermart/client';
import type { BrowserContext } from 'playwright-core';
import type { TestBrowser, Visit, Visitor } from './browser.ts';

/** Somebody of the stories that the tests tell. */
export interface Person {
  name: string;
  email: string;
  password: string;
}

export const ada: Person = { name: 'Ada Byron', email: 'ada@example.org', password: 'quiet green river' };
export const ben: Person = { name: 'Ben Okri', email: 'ben@example.org', password: 'seven paper boats' };

/** A browser in which somebody is signed in. `api` calls the server with the same cookies, to get to the scene of a test quickly. */
export interface SignedIn extends Visit {
  api: Client;
}

/** The administrator of a fresh installation, signed in. */
export async function enterAsAdministrator(browser: TestBrowser, visitor: Visitor, person = ada): Promise<SignedIn> {
  return enter(browser, visitor, (api) => api.setupCreate({ body: { ...person, locale: visitor.locale ?? 'en' } }));
}

/** A new member, let in by a link of `administrator`, signed in. */
export async function enterAsMember(
  browser: TestBrowser,
  visitor: Visitor,
  administrator: Client,
  person = ben,
): Promise<SignedIn> {
  const { link } = await administrator.adminInvitationCreate({ body: { role: 'member', expiresInDays: 1 } });
  const invitation = new URL(link).searchParams.get('invitation') ?? '';
  return enter(browser, visitor, (api) => api.accountCreate({ body: { ...person, locale: visitor.locale ?? 'en', invitation } }));
}

/** One more browser of somebody who has an account. */
export async function enterAgain(browser: TestBrowser, visitor: Visitor, { email, password }: Person): Promise<SignedIn> {
  return enter(browser, visitor, (api) => api.sessionCreate({ body: { email, password } }));
}

async function enter(browser: TestBrowser, visitor: Visitor, signIn: (api: Client) => Promise<unknown>): Promise<SignedIn> {
  const visit = await browser.visit(visitor);
  const api = clientOf(visit.context, visitor.baseUrl);
  await signIn(api);
  return { ...visit, api };
}

/** The typed client on the cookies of a browser window. */
function clientOf(context: BrowserContext, baseUrl: string): Client {
  return makeClient({
    baseUrl,
    fetch: async (url, { method = 'GET', headers, body }) => {
      const data = body instanceof Uint8Array ? Buffer.from(body) : typeof body === 'string' ? body : undefined;
      const sent = { method, headers: headers as Record<string, string>, ...(data === undefined ? {} : { data }) };
      const answer = await context.request.fetch(url, sent);
      const bytes = answer.status() === 204 ? null : new Uint8Array(await answer.body());
      return new Response(bytes, { status: answer.status(), headers: answer.headers() });
    },
  });
}

/** Closes the window; whatever went wrong in it unseen fails the test. */
export async function leave(...visits: Visit[]): Promise<void> {
  await Promise.all(visits.map(({ context }) => context.close()));
  const problems = visits.flatMap((visit) => visit.problems);
  if (problems.length > 0) throw new Error(`Unseen in the window:\n${problems.join('\n')}`);
}
