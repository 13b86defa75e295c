import type { Locale } from '@rendermart/contract';
import { i18n } from '@lingui/core';
import { client } from '../data/client.ts';
import { failureTexts } from '../data/failure-texts.ts';
import { accountQuery, queryClient } from '../data/queries.ts';
import { notify } from '../ui/index.ts';

// Each language names itself, whatever the page speaks.
export const locales: readonly { value: Locale; label: string }[] = [
  { value: 'en', label: 'English' },
  { value: 'fr', label: 'Français' },
];

const catalogues: Record<Locale, () => Promise<{ messages: Parameters<typeof i18n.load>[1] }>> = {
  en: () => import('../locales/en.po'),
  fr: () => import('../locales/fr.po'),
};

/** The language chosen before, else the first of the browser's that the page speaks. */
export function preferredLocale(): Locale {
  const chosen = stored();
  if (chosen === 'en' || chosen === 'fr') return chosen;
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase()).find((tag) => tag in catalogues);
  return (spoken as Locale | undefined) ?? 'en';
}

let latest: Locale | undefined;

/** Answers false when another language was asked for while this one was on its way. */
export async function activateLocale(locale: Locale): Promise<boolean> {
  latest = locale;
  const { messages } = await catalogues[locale]();
  if (latest !== locale) return false;
  i18n.loadAndActivate({ locale, messages });
  document.documentElement.lang = locale;
  return true;
}

/** Switches the page, and the mails to the account, to another language. A failure is told in the one that stays. */
export async function chooseLocale(locale: Locale): Promise<void> {
  const isActive = await activateLocale(locale).catch(() => {
    if (latest === locale) notify({ text: i18n._(failureTexts.unreachable), tone: 'bad' });
    return false;
  });
  if (!isActive) return;
  store(locale);
  if (!queryClient.getQueryData(accountQuery.queryKey)) return;
  const account = await client.accountUpdate({ body: { locale } }).catch(() => undefined);
  if (account) queryClient.setQueryData(accountQuery.queryKey, account);
}

function store(locale: Locale): void {
  try {
    localStorage.setItem('locale', locale);
  } catch {
    /* storage is refused: it lasts until the page is closed */
  }
}

function stored(): string | null {
  try {
    return localStorage.getItem('locale');
  } catch {
    return null;
  }
}
