import { Trans, useLingui } from '@lingui/react/macro';
import type { Locale } from '@rendermart/contract';
import { useNavigate } from '@tanstack/react-router';
import { paths } from '../../app/paths.ts';
import { client } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { accountChanged } from '../../data/queries.ts';
import { Button, PasswordField, TextField } from '../../ui/index.ts';
import { Frame } from './Frame.tsx';
import { useAccountForm } from './use-account-form.ts';

/** The first visit: the administrator's account is all that is asked before the first picture. */
export function WelcomePage() {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const { form, bind, busy, failure } = useAccountForm(
    { name: '', email: '', newPassword: '' },
    async ({ name, email, newPassword }) => {
      accountChanged(await client.setupCreate({ body: { name, email, password: newPassword, locale: i18n.locale as Locale } }));
      await navigate({ to: paths.studio });
    },
  );
  return (
    <Frame
      title={t`Welcome to RenderMart`}
      lead={<Trans>Make the administrator’s account, and draw the first picture. Everything stays on this machine.</Trans>}
    >
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
    </Frame>
  );
}
