import { useLingui } from '@lingui/react/macro';
import type { Locale } from '@rendermart/contract';
import { Monitor, Moon, Sun } from 'lucide-react';
import { chooseLocale, locales } from '../../app/i18n.ts';
import { chooseTheme, useTheme } from '../../app/theme.ts';
import type { Theme } from '../../app/theme.ts';
import { Card, Section, Segmented } from '../../ui/index.ts';

export function Appearance() {
  const { t, i18n } = useLingui();
  const theme = useTheme();
  const iconClass = 'size-4 shrink-0 max-sm:hidden';
  const themes: { value: Theme; label: React.ReactNode }[] = [
    {
      value: 'system',
      label: (
        <>
          <Monitor aria-hidden className={iconClass} />
          {t`As the system`}
        </>
      ),
    },
    {
      value: 'light',
      label: (
        <>
          <Sun aria-hidden className={iconClass} />
          {t`Light`}
        </>
      ),
    },
    {
      value: 'dark',
      label: (
        <>
          <Moon aria-hidden className={iconClass} />
          {t`Dark`}
        </>
      ),
    },
  ];
  return (
    <Section title={t`Language and appearance`}>
      <Card className="grid gap-5">
        <Segmented
          label={t`Language`}
          value={i18n.locale as Locale}
          choices={locales}
          onChange={(locale) => void chooseLocale(locale)}
        />
        <Segmented label={t`Appearance`} value={theme} choices={themes} onChange={chooseTheme} />
      </Card>
    </Section>
  );
}
