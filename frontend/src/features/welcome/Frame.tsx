import { useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { chooseLocale, locales } from '../../app/i18n.ts';
import { Mark } from '../../app/Mark.tsx';
import { useSiteName, usePageTitle } from '../../app/title.ts';
import { cx } from '../../ui/index.ts';
import { Mosaic } from './Mosaic.tsx';

/** The frame of the pages before one is signed in: the form at the left, a mosaic at the right where there is room. */
export function Frame({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  const siteName = useSiteName();
  usePageTitle(title);
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(30rem,5fr)_7fr]">
      <div className="flex flex-col bg-surface px-6 py-6 sm:px-10">
        <header className="flex items-center justify-between gap-4">
          <span className="flex items-center gap-2.5 text-lg font-semibold tracking-tight">
            <Mark className="size-7" />
            {siteName}
          </span>
          <Languages />
        </header>
        <main id="main" className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center py-12">
          <h1 className="text-3xl font-semibold tracking-tight">{title}</h1>
          {lead && <p className="mt-2 text-muted">{lead}</p>}
          <div className="mt-8 grid gap-6">{children}</div>
        </main>
      </div>
      <Mosaic className="hidden lg:block" />
    </div>
  );
}

function Languages() {
  const { t, i18n } = useLingui();
  return (
    <div role="group" aria-label={t`Language`} className="flex gap-1">
      {locales.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          lang={value}
          aria-pressed={i18n.locale === value}
          onClick={() => void chooseLocale(value)}
          className={cx(
            'target h-9 rounded-lg px-2.5 text-sm font-semibold',
            i18n.locale === value ? 'bg-ink/7 text-ink' : 'text-muted hover:text-ink',
          )}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
