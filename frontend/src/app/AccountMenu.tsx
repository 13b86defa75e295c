import { useLingui } from '@lingui/react/macro';
import type { Account } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { LogOut, Monitor, Moon, ShieldCheck, Sun, UserRound, Wallet } from 'lucide-react';
import type { ReactNode, RefObject } from 'react';
import { useCredits } from '../data/credits.ts';
import { useFailureText } from '../data/failure-texts.ts';
import { walletQuery } from '../data/market.ts';
import { AnchoredMenu, MenuChoice, MenuItem, MenuSeparator, notify } from '../ui/index.ts';
import { chooseLocale, locales } from './i18n.ts';
import { paths } from './paths.ts';
import { signOut } from './session.ts';
import { chooseTheme, useTheme } from './theme.ts';
import type { Theme } from './theme.ts';

interface AccountMenuProps {
  account: Account;
  anchor: RefObject<HTMLButtonElement | null>;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Wallet, account, administration, language, appearance, sign out. Loaded when it is first opened. */
export function AccountMenu({ account, anchor, open, onOpenChange }: AccountMenuProps) {
  const { t, i18n } = useLingui();
  const theme = useTheme();
  const textOf = useFailureText();
  const { credits } = useCredits();
  const wallet = useQuery({ ...walletQuery, enabled: open }).data;
  const themes: { value: Theme; label: string; icon: ReactNode }[] = [
    { value: 'system', label: t`As the system`, icon: <Monitor aria-hidden /> },
    { value: 'light', label: t`Light`, icon: <Sun aria-hidden /> },
    { value: 'dark', label: t`Dark`, icon: <Moon aria-hidden /> },
  ];
  const leave = () => void signOut().catch((error: unknown) => notify({ text: textOf(error), tone: 'bad' }));
  return (
    <AnchoredMenu side="top" {...{ anchor, open, onOpenChange }}>
      <div className="grid px-3 py-2">
        <span className="truncate font-semibold">{account.name}</span>
        <span className="truncate text-sm text-muted">{account.email}</span>
      </div>
      <MenuSeparator />
      <MenuItem icon={<Wallet aria-hidden />} render={<Link to={paths.wallet} />}>
        {t`Wallet`}
        {wallet && <span className="ml-auto pl-4 text-sm text-muted tabular-nums">{credits(wallet.availableCredits)}</span>}
      </MenuItem>
      <MenuItem icon={<UserRound aria-hidden />} render={<Link to={paths.account} />}>{t`Account`}</MenuItem>
      {account.role === 'administrator' && (
        <MenuItem icon={<ShieldCheck aria-hidden />} render={<Link to={paths.adminPeople} />}>{t`Administration`}</MenuItem>
      )}
      <MenuSeparator />
      <MenuChoice
        label={t`Language`}
        value={i18n.locale as 'en' | 'fr'}
        choices={locales}
        onChange={(locale) => void chooseLocale(locale)}
      />
      <MenuChoice label={t`Appearance`} value={theme} choices={themes} onChange={chooseTheme} />
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden />} onClick={leave}>{t`Sign out`}</MenuItem>
    </AnchoredMenu>
  );
}
