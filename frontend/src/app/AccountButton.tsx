import { useLingui } from '@lingui/react/macro';
import type { Account } from '@rendermart/contract';
import { Suspense, lazy, useRef, useState } from 'react';
import { navItemClass } from './nav-item.ts';

const load = () => import('./AccountMenu.tsx');
const AccountMenu = lazy(() => load().then((module) => ({ default: module.AccountMenu })));

/** The last entry of the navigation: opens the account's menu. */
export function AccountButton({ account }: { account: Account }) {
  const { t } = useLingui();
  const anchor = useRef<HTMLButtonElement>(null);
  // Null until the first opening: only then is the menu's code fetched.
  const [open, setOpen] = useState<boolean | null>(null);
  return (
    <>
      <button
        ref={anchor}
        type="button"
        aria-haspopup="menu"
        aria-expanded={open ?? false}
        className={navItemClass}
        onPointerEnter={() => void load()}
        onClick={() => setOpen(!open)}
      >
        <span aria-hidden className="grid size-[22px] place-items-center rounded-full bg-ink text-[11px] font-bold text-canvas">
          {account.name.slice(0, 1).toUpperCase()}
        </span>
        {t`You`}
      </button>
      {open !== null && (
        <Suspense>
          <AccountMenu {...{ account, anchor, open }} onOpenChange={setOpen} />
        </Suspense>
      )}
    </>
  );
}
