import { i18n } from '@lingui/core';
import type { Account } from '@rendermart/contract';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { client } from '../data/client.ts';
import { accountQuery, queryClient } from '../data/queries.ts';
import { activateLocale, chooseLocale } from './i18n.ts';

type Catalogue = Promise<{ messages: object }>;
/** How the French catalogue comes. */
const french = vi.hoisted(() => ({ load: (): Catalogue => Promise.resolve({ messages: {} }) }));
const notices = vi.hoisted((): { text: string }[] => []);
vi.mock('../locales/fr.po', () => french.load());
vi.mock('../ui/index.ts', () => ({ notify: (notice: { text: string }) => notices.push(notice) }));

const stored = new Map<string, string>();

beforeEach(async () => {
  vi.stubGlobal('document', { documentElement: { lang: '' } });
  vi.stubGlobal('localStorage', { setItem: (key: string, value: string) => stored.set(key, value) });
  vi.spyOn(client, 'accountUpdate').mockImplementation(async (call) => ({ id: 'ada', ...call?.body }) as Account);
  queryClient.setQueryData(accountQuery.queryKey, { id: 'ada' } as Account);
  stored.clear();
  await activateLocale('en');
});

afterEach(() => {
  queryClient.clear();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test('a language that does not arrive is told of, and the page keeps the one that it has', async () => {
  french.load = () => Promise.reject(new Error('The connection is gone.'));
  await chooseLocale('fr');
  expect([i18n.locale, stored.get('locale'), notices.length]).toEqual(['en', undefined, 1]);
  expect(client.accountUpdate).not.toHaveBeenCalled();
});

test('the language that was chosen last stays when an earlier one arrives after it', async () => {
  const { promise, resolve } = Promise.withResolvers<{ messages: object }>();
  french.load = () => promise;
  const early = chooseLocale('fr');
  await chooseLocale('en');
  resolve({ messages: {} });
  await early;
  expect([i18n.locale, document.documentElement.lang, stored.get('locale')]).toEqual(['en', 'en', 'en']);
  expect(vi.mocked(client.accountUpdate).mock.calls).toEqual([[{ body: { locale: 'en' } }]]);
});
