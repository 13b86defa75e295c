import { useLingui } from '@lingui/react/macro';
import { useAccount } from '../../app/session.ts';
import { usePageTitle } from '../../app/title.ts';
import { Page } from '../../ui/index.ts';
import { ApiKeys } from './ApiKeys.tsx';
import { Appearance } from './Appearance.tsx';
import { CloseAccount } from './CloseAccount.tsx';
import { PasswordForm } from './PasswordForm.tsx';
import { ProfileForm } from './ProfileForm.tsx';
import { Sessions } from './Sessions.tsx';

export function AccountPage() {
  const { t } = useLingui();
  const account = useAccount();
  usePageTitle(t`Account`);
  // Signing out takes the account away a moment before the page.
  if (!account) return null;
  return (
    <Page title={t`Account`} description={account.email} width="narrow">
      <div className="grid gap-10">
        <ProfileForm account={account} />
        <Appearance />
        <PasswordForm email={account.email} />
        <Sessions />
        <ApiKeys isAdministrator={account.role === 'administrator'} />
        <CloseAccount account={account} />
      </div>
    </Page>
  );
}
