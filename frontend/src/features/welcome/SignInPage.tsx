import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { paths } from '../../app/paths.ts';
import { client } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { accountChanged, setupQuery } from '../../data/queries.ts';
import { Button, PasswordField, TextField } from '../../ui/index.ts';
import { safeNext } from './checks.ts';
import { Frame } from './Frame.tsx';
import { linkClass } from './link-class.ts';
import { useAccountForm } from './use-account-form.ts';

export function SignInPage() {
  const { t } = useLingui();
  const router = useRouter();
  const { next } = useSearch({ from: paths.signIn });
  const registration = useQuery(setupQuery).data?.registration;
  const { form, bind, busy, failure } = useAccountForm({ email: '', password: '' }, async (values) => {
    accountChanged(await client.sessionCreate({ body: values }));
    router.history.push(safeNext(next) ?? paths.studio);
  });
  return (
    <Frame title={t`Sign in`}>
      <form {...form}>
        {failure !== null && <FailureNotice error={failure} />}
        <TextField label={t`Email address`} type="email" autoComplete="username" inputMode="email" autoFocus {...bind('email')} />
        <PasswordField label={t`Password`} autoComplete="current-password" {...bind('password')} />
        <Button type="submit" tone="accent" size="large" busy={busy}>{t`Sign in`}</Button>
      </form>
      <p className="flex flex-wrap justify-between gap-x-4 gap-y-2">
        <Link to={paths.forgotPassword} className={linkClass}>{t`Forgot your password?`}</Link>
        {registration === 'open' && <Link to={paths.signUp} className={linkClass}>{t`Create an account`}</Link>}
      </p>
      {registration === 'invitation' && (
        <p className="text-sm text-muted">
          <Trans>No account yet? Ask an administrator for an invitation and open its link.</Trans>
        </p>
      )}
    </Frame>
  );
}
