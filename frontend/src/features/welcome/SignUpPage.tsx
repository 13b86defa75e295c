import { Trans, useLingui } from '@lingui/react/macro';
import type { Locale, RegistrationPolicy } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { paths } from '../../app/paths.ts';
import { client } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { accountChanged, setupQuery } from '../../data/queries.ts';
import { Button, PasswordField, TextField } from '../../ui/index.ts';
import { Frame } from './Frame.tsx';
import { linkClass } from './link-class.ts';
import { useAccountForm } from './use-account-form.ts';

/** May a visitor fill in the form? The server decides again. */
const mayRegister = (policy: RegistrationPolicy | undefined, invitation: string | undefined) =>
  policy === 'open' || invitation !== undefined;

export function SignUpPage() {
  const { t } = useLingui();
  const { invitation } = useSearch({ from: paths.signUp });
  const policy = useQuery(setupQuery).data?.registration;
  return (
    <Frame
      title={t`Create an account`}
      lead={invitation ? <Trans>You were invited. Choose the name and the password of your account.</Trans> : undefined}
    >
      {mayRegister(policy, invitation) ? <SignUpForm invitation={invitation} /> : <NotOpen policy={policy} />}
      <p className="text-muted">
        <Trans>
          Already registered?{' '}
          <Link to={paths.signIn} className={linkClass}>
            Sign in
          </Link>
        </Trans>
      </p>
    </Frame>
  );
}

function SignUpForm({ invitation }: { invitation: string | undefined }) {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const { form, bind, busy, failure } = useAccountForm(
    { name: '', email: '', newPassword: '' },
    async ({ name, email, newPassword }) => {
      const body = { name, email, password: newPassword, locale: i18n.locale as Locale, ...(invitation ? { invitation } : {}) };
      accountChanged(await client.accountCreate({ body }));
      await navigate({ to: paths.studio });
    },
  );
  return (
    <form {...form}>
      {failure !== null && <FailureNotice error={failure} />}
      <TextField label={t`Your name`} autoComplete="name" autoFocus {...bind('name')} />
      <TextField label={t`Email address`} type="email" autoComplete="email" inputMode="email" {...bind('email')} />
      <PasswordField
        label={t`Password`}
        autoComplete="new-password"
        hint={t`At least 10 characters. A few unrelated words make a good one.`}
        {...bind('newPassword')}
      />
      <Button type="submit" tone="accent" size="large" busy={busy}>{t`Create the account`}</Button>
    </form>
  );
}

function NotOpen({ policy }: { policy: RegistrationPolicy | undefined }) {
  return policy === 'invitation' ? (
    <p>
      <Trans>
        A new account needs an invitation here. Ask an administrator for one, then open its link: it leads back to this page.
      </Trans>
    </p>
  ) : (
    <p>
      <Trans>New accounts are closed here. Ask the administrator to let you in.</Trans>
    </p>
  );
}
