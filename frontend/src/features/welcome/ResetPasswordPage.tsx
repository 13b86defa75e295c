import { Trans, useLingui } from '@lingui/react/macro';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { paths } from '../../app/paths.ts';
import { client, isFailure } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { Button, PasswordField, notify } from '../../ui/index.ts';
import { Frame } from './Frame.tsx';
import { linkClass } from './link-class.ts';
import { useAccountForm } from './use-account-form.ts';

export function ResetPasswordPage() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const { token } = useSearch({ from: paths.resetPassword });
  const { form, bind, busy, failure } = useAccountForm({ newPassword: '' }, async ({ newPassword }) => {
    await client.passwordResetRedeem({ body: { token: token ?? '', password: newPassword } });
    notify({ text: t`The password is changed. Sign in with the new one.` });
    await navigate({ to: paths.signIn });
  });
  const isDead = token === undefined || isFailure(failure, 'reset_link_invalid');
  return (
    <Frame title={t`Choose a new password`}>
      {isDead ? (
        <>
          <p role="alert">
            <Trans>This link was used, has expired or is not complete. Your password was not changed.</Trans>
          </p>
          <p>
            <Link to={paths.forgotPassword} className={linkClass}>{t`Ask for a new link`}</Link>
          </p>
        </>
      ) : (
        <form {...form}>
          {failure !== null && <FailureNotice error={failure} />}
          <PasswordField
            label={t`New password`}
            autoComplete="new-password"
            autoFocus
            hint={t`At least 10 characters. A few unrelated words make a good one.`}
            {...bind('newPassword')}
          />
          <Button type="submit" tone="accent" size="large" busy={busy}>{t`Change the password`}</Button>
        </form>
      )}
    </Frame>
  );
}
