import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { paths } from '../../app/paths.ts';
import { client } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { Button, TextField } from '../../ui/index.ts';
import { Frame } from './Frame.tsx';
import { linkClass } from './link-class.ts';
import { useAccountForm } from './use-account-form.ts';

export function ForgotPasswordPage() {
  const { t } = useLingui();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const { form, bind, busy, failure } = useAccountForm({ email: '' }, async (values) => {
    await client.passwordResetRequest({ body: values });
    setSentTo(values.email);
  });
  return (
    <Frame
      title={t`Reset the password`}
      lead={
        sentTo === null ? (
          <Trans>Enter the address of your account. You will get a link to choose a new password.</Trans>
        ) : undefined
      }
    >
      {sentTo === null ? (
        <form {...form}>
          {failure !== null && <FailureNotice error={failure} />}
          <TextField
            label={t`Email address`}
            type="email"
            autoComplete="username"
            inputMode="email"
            autoFocus
            {...bind('email')}
          />
          <Button type="submit" tone="accent" size="large" busy={busy}>{t`Send the link`}</Button>
        </form>
      ) : (
        <div role="status" className="grid gap-3">
          <p>
            <Trans>
              If <strong>{sentTo}</strong> has an account here, a link is on its way. It works once, for a short time.
            </Trans>
          </p>
          <p className="text-sm text-muted">
            <Trans>
              Nothing arrives? Look among unwanted mail, or ask your administrator: without a mail server, the link is in the
              server’s log.
            </Trans>
          </p>
        </div>
      )}
      <p>
        <Link to={paths.signIn} className={linkClass}>{t`Back to sign in`}</Link>
      </p>
    </Frame>
  );
}
