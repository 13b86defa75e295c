import type { Account } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { redirect } from '@tanstack/react-router';
import { client } from '../data/client.ts';
import { forgetTab } from '../data/forget-tab.ts';
import { accountQuery, queryClient, setupQuery } from '../data/queries.ts';
import { paths } from './paths.ts';

export const useAccount = (): Account | null => useQuery(accountQuery).data ?? null;

/** Both questions that decide what a visitor may see, asked at once. */
export async function loadSession() {
  const [account, setup] = await Promise.all([
    queryClient.ensureQueryData(accountQuery),
    queryClient.ensureQueryData(setupQuery),
  ]);
  return { account, setup };
}

/** For routes that need an account: sends visitors to the first administrator's page or to sign in, and back afterwards. */
export async function requireAccount({ location }: { location: { href: string } }): Promise<void> {
  const { account, setup } = await loadSession();
  if (account) return;
  if (setup.needsAdministrator) throw redirect({ to: paths.welcome, replace: true });
  throw redirect({ to: paths.signIn, search: { next: location.href }, replace: true });
}

export async function requireAdministrator(at: { location: { href: string } }): Promise<void> {
  await requireAccount(at);
  const { account } = await loadSession();
  if (account?.role !== 'administrator') throw redirect({ to: paths.studio, replace: true });
}

/** For the pages of visitors: who is signed in already has no business there. */
export async function requireVisitor(): Promise<void> {
  const { account } = await loadSession();
  if (account) throw redirect({ to: paths.studio, replace: true });
}

export async function signOut(): Promise<void> {
  await client.sessionDelete();
  leavePage();
}

/** Goes to the sign-in page as nobody. */
export function leavePage(): void {
  // A full load leaves nothing of the account in memory, and the draft goes too.
  forgetTab();
  location.assign(paths.signIn);
}
