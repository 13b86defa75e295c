import { useLingui } from '@lingui/react/macro';
import type { Account } from '@rendermart/contract';
import { Link } from '@tanstack/react-router';
import { LogOut, Monitor, Moon, ShieldCheck, Sun, UserRound } from 'lucide-react';
import { useFailureText } from '../data/failure-texts.ts';
import { Menu, MenuChoice, MenuItem, MenuSeparator, notify } from '../ui/index.ts';
import { chooseLocale, locales } from './i18n.ts';
import { navItemClass } from './nav-item.ts';
import { paths } from './paths.ts';
import { signOut } from './session.ts';
import { chooseTheme, useTheme } from './theme.ts';
import type { Theme } from './theme.ts';

export function AccountMenu({ account }: { account: Account }) {
  const { t, i18n } = useLingui();
  const theme = useTheme();
  const textOf = useFailureText();
  const themes: { value: Theme; label: string; icon: React.ReactNode }[] = [
    { value: 'system', label: t`As the system`, icon: <Monitor aria-hidden /> },
    { value: 'light', label: t`Light`, icon: <Sun aria-hidden /> },
    { value: 'dark', label: t`Dark`, icon: <Moon aria-hidden /> },
  ];
  const leave = () => void signOut().catch((error: unknown) => notify({ text: textOf(error), tone: 'bad' }));
  return (
    <Menu side="top" trigger={(
      <button type="button" className={navItemClass}>
        <span aria-hidden className="grid size-[22px] place-items-center rounded-full bg-ink text-[11px] font-bold text-canvas">{account.name.slice(0, 1).toUpperCase()}</span>
        {t`You`}
      </button>
    )}>
      <div className="grid px-3 py-2"><span className="truncate font-semibold">{account.name}</span><span className="truncate text-sm text-muted">{account.email}</span></div>
      <MenuSeparator />
      <MenuItem icon={<UserRound aria-hidden />} render={<Link to={paths.account} />}>{t`Account`}</MenuItem>
      {account.role === 'administrator' && <MenuItem icon={<ShieldCheck aria-hidden />} render={<Link to={paths.adminPeople} />}>{t`Administration`}</MenuItem>}
      <MenuSeparator />
      <MenuChoice label={t`Language`} value={i18n.locale as 'en' | 'fr'} choices={locales} onChange={(locale) => void chooseLocale(locale)} />
      <MenuChoice label={t`Appearance`} value={theme} choices={themes} onChange={chooseTheme} />
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden />} onClick={leave}>{t`Sign out`}</MenuItem>
    </Menu>
  );
}
