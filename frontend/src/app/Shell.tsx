import { Trans, useLingui } from '@lingui/react/macro';
import { Link, useLocation, useRouter } from '@tanstack/react-router';
import { Compass, Images, Sparkles, Store, WifiOff } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { followEvents, useLiveState, watchSession } from '../data/live.ts';
import { Announcer, buttonClass, cx } from '../ui/index.ts';
import { AccountButton } from './AccountButton.tsx';
import { Mark } from './Mark.tsx';
import { navItemClass } from './nav-item.ts';
import { paths } from './paths.ts';
import { useAccount } from './session.ts';
import { useSiteName } from './title.ts';

/** Navigation, the skip link, the offline banner and the page: a rail on wide windows, a bar at the bottom of a phone. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useLingui();
  const account = useAccount();
  const { main, title } = useFocusOnNavigation();
  useSession(account?.id ?? null);
  return (
    <div className="flex min-h-dvh flex-col md:flex-row">
      <a
        href="#main"
        className="sr-only z-50 rounded-xl bg-ink px-4 py-3 font-semibold text-canvas focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >{t`Skip to the content`}</a>
      <Navigation />
      <div className="flex min-w-0 flex-1 flex-col">
        {account && <OfflineBanner />}
        <main
          ref={main}
          id="main"
          tabIndex={-1}
          className="flex min-w-0 flex-1 flex-col pb-[calc(3.75rem+env(safe-area-inset-bottom))] outline-none md:pb-0"
        >
          {children}
        </main>
      </div>
      <Announcer>{title}</Announcer>
    </div>
  );
}

function Navigation() {
  const { t } = useLingui();
  const account = useAccount();
  const siteName = useSiteName();
  return (
    <nav
      aria-label={t`Main`}
      className="fixed inset-x-0 bottom-0 z-30 order-last print:hidden border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:sticky md:inset-x-auto md:top-0 md:order-first md:flex md:h-dvh md:w-20 md:flex-col md:border-t-0 md:border-r md:py-3"
    >
      <Link to={paths.home} aria-label={siteName} className="mx-auto mb-3 hidden size-11 place-items-center rounded-xl md:grid">
        <Mark />
      </Link>
      <ul className="flex flex-1 justify-around md:flex-col md:justify-start md:gap-1">
        {account && <NavItem to={paths.studio} icon={<Sparkles aria-hidden />} label={t`Studio`} />}
        {account && <NavItem to={paths.gallery} icon={<Images aria-hidden />} label={t`Gallery`} />}
        <NavItem to={paths.explore} icon={<Compass aria-hidden />} label={t`Explore`} />
        {account && <NavItem to={paths.market} icon={<Store aria-hidden />} label={t`Market`} />}
        <li className="flex-1 md:mt-auto md:flex-none">
          {account ? (
            <AccountButton account={account} />
          ) : (
            <Link
              to={paths.signIn}
              search={{ next: undefined }}
              className={buttonClass('quiet', 'medium', 'h-15 w-full px-1! text-xs!')}
            >{t`Sign in`}</Link>
          )}
        </li>
      </ul>
    </nav>
  );
}

function NavItem({
  to,
  icon,
  label,
}: {
  to: typeof paths.studio | typeof paths.gallery | typeof paths.explore | typeof paths.market;
  icon: ReactNode;
  label: string;
}) {
  return (
    <li className="flex-1 md:flex-none">
      <Link
        to={to}
        activeOptions={{ exact: false, includeSearch: false }}
        className={navItemClass}
        activeProps={{
          className: cx(
            'text-ink before:absolute before:bg-accent max-md:before:inset-x-6 max-md:before:top-0 max-md:before:h-0.5 md:before:inset-y-3 md:before:left-0 md:before:w-0.5',
          ),
          'aria-current': 'page',
        }}
      >
        {icon}
        {label}
      </Link>
    </li>
  );
}

function OfflineBanner() {
  const isLost = useLiveState() === 'lost';
  return (
    <div role="status" className="sticky top-0 z-20">
      {isLost && (
        <p className="flex items-center justify-center gap-2 bg-warn-wash px-4 py-2 text-sm font-semibold text-warn">
          <WifiOff aria-hidden className="size-4 shrink-0" />
          <Trans>No connection to RenderMart. What you asked for goes on; this page catches up by itself.</Trans>
        </p>
      )}
    </div>
  );
}

/** The keyboard and the screen reader start at the top of a new page, and hear its name. */
function useFocusOnNavigation() {
  const main = useRef<HTMLElement>(null);
  const router = useRouter();
  const [title, setTitle] = useState('');
  useEffect(
    () =>
      router.subscribe('onRendered', ({ pathChanged, fromLocation }) => {
        if (!pathChanged || !fromLocation) return;
        main.current?.focus({ preventScroll: true });
        setTimeout(() => setTitle(document.title), 50);
      }),
    [router],
  );
  return { main, title };
}

/** One event stream while somebody is signed in; to the sign-in page and back when the session ends elsewhere. */
function useSession(accountId: string | null) {
  const router = useRouter();
  const href = useLocation({ select: (location) => location.href });
  const wasSignedIn = useRef(false);
  useEffect(() => watchSession(), []);
  useEffect(() => (accountId ? followEvents() : undefined), [accountId]);
  useEffect(() => {
    if (wasSignedIn.current && !accountId) void router.navigate({ to: paths.signIn, search: { next: href } });
    wasSignedIn.current = accountId !== null;
  }, [accountId, href, router]);
}
