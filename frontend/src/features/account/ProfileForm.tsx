import { useLingui } from '@lingui/react/macro';
import type { Account } from '@rendermart/contract';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { client } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFormat } from '../../data/format.ts';
import { accountQuery, queryClient } from '../../data/queries.ts';
import { Button, Card, Section, TextField, focusInvalid, notify } from '../../ui/index.ts';

/** The name that others see under published images. */
export function ProfileForm({ account }: { account: Account }) {
  const { t } = useLingui();
  const format = useFormat();
  const [name, setName] = useState(account.name);
  const [isMissing, setMissing] = useState(false);
  const save = useMutation({
    mutationFn: () => client.accountUpdate({ body: { name } }),
    onSuccess: (saved) => {
      queryClient.setQueryData(accountQuery.queryKey, saved);
      setName(saved.name);
      notify({ text: t`Your name was saved` });
    },
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setMissing(name.trim() === '');
    if (name.trim() !== '') save.mutate();
    else focusInvalid(event.currentTarget);
  };
  const since = format.date(account.createdAt);
  return (
    <Section title={t`Profile`} description={t`Member since ${since}`}>
      <Card>
        <form noValidate onSubmit={send} className="grid gap-4">
          {save.error && <FailureNotice error={save.error} />}
          <TextField
            label={t`Name`}
            hint={t`Others see it under the images that you publish.`}
            autoComplete="name"
            maxLength={80}
            value={name}
            onChange={(event) => {
              setName(event.target.value);
              setMissing(false);
            }}
            error={isMissing ? t`Enter a name.` : undefined}
          />
          <Button
            type="submit"
            tone="primary"
            busy={save.isPending}
            disabled={name.trim() === account.name}
            className="justify-self-end"
          >{t`Save`}</Button>
        </form>
      </Card>
    </Section>
  );
}
