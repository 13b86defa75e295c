import { useLingui } from '@lingui/react/macro';
import { passwordMinLength } from '@rendermart/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { client, isFailure } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFailureText } from '../../data/failure-texts.ts';
import { Button, Card, PasswordField, Section, focusInvalid, notify } from '../../ui/index.ts';
import { sessionsQuery } from './queries.ts';

export function PasswordForm({ email }: { email: string }) {
  const { t } = useLingui();
  const textOf = useFailureText();
  const queryClient = useQueryClient();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [isTried, setTried] = useState(false);
  const save = useMutation({
    mutationFn: () => client.passwordChange({ body: { currentPassword: current, newPassword: next } }),
    onSuccess: () => {
      setCurrent('');
      setNext('');
      setTried(false);
      void queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
      notify({ text: t`Your password was changed, and you are signed out everywhere else` });
    },
  });
  const lacks = { current: current === '', next: next.length < passwordMinLength };
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    setTried(true);
    if (!lacks.current && !lacks.next) save.mutate(undefined, { onError: () => focusInvalid(form) });
    else focusInvalid(form);
  };
  const isWrong = isFailure(save.error, 'wrong_password');
  return (
    <Section title={t`Password`} description={t`Changing it signs you out everywhere else.`}>
      <Card>
        <form noValidate onSubmit={send} className="grid gap-4">
          {save.error && !isWrong && <FailureNotice error={save.error} />}
          {/* Password managers look for whose password it is. */}
          <input hidden readOnly autoComplete="username" value={email} />
          <PasswordField
            label={t`Current password`}
            autoComplete="current-password"
            maxLength={128}
            value={current}
            onChange={(event) => {
              setCurrent(event.target.value);
              save.reset();
            }}
            error={isWrong ? textOf(save.error) : isTried && lacks.current ? t`Enter your current password.` : undefined}
          />
          <PasswordField
            label={t`New password`}
            autoComplete="new-password"
            maxLength={128}
            value={next}
            onChange={(event) => setNext(event.target.value)}
            hint={t`At least 10 characters. A few unrelated words make a good one.`}
            error={isTried && lacks.next ? t`Use at least 10 characters.` : undefined}
          />
          <Button
            type="submit"
            tone="primary"
            busy={save.isPending}
            className="justify-self-end"
          >{t`Change the password`}</Button>
        </form>
      </Card>
    </Section>
  );
}
