import { useLingui } from '@lingui/react/macro';
import type { NewInvitation, Role } from '@rendermart/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { client, isFailure } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { Button, CopyField, Dialog, Segmented, Select, TextField, focusInvalid } from '../../ui/index.ts';
import { invitationsQuery } from './queries.ts';

/** Makes an invitation, then shows its link: the only time that it can be seen. */
export function InvitationDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { t } = useLingui();
  const [made, setMade] = useState<NewInvitation | null>(null);
  const change = (next: boolean) => {
    if (!next) setMade(null);
    onOpenChange(next);
  };
  const mailed = made?.email;
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={made ? t`The invitation is ready` : t`Invite somebody`}
      description={
        made
          ? mailed
            ? t`It was mailed to ${mailed}. You can also send the link yourself; it is not shown again.`
            : t`Send this link to the person. It is not shown again.`
          : undefined
      }
      actions={made && <Button tone="primary" onClick={() => change(false)}>{t`Done`}</Button>}
    >
      {made ? <CopyField label={t`Link`} value={made.link} /> : <InvitationForm onMade={setMade} />}
    </Dialog>
  );
}

const lifetimes = ['1', '7', '14', '30', '90'] as const;

function InvitationForm({ onMade }: { onMade: (invitation: NewInvitation) => void }) {
  const { t } = useLingui();
  const queryClient = useQueryClient();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('member');
  const [days, setDays] = useState<(typeof lifetimes)[number]>('14');
  const make = useMutation({
    mutationFn: () =>
      client.adminInvitationCreate({
        body: { role, expiresInDays: Number(days), ...(email.trim() ? { email: email.trim() } : {}) },
      }),
    onSuccess: (made) => {
      void queryClient.invalidateQueries({ queryKey: invitationsQuery.queryKey });
      onMade(made);
    },
  });
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    make.mutate(undefined, { onError: () => focusInvalid(form) });
  };
  const isBadAddress = isFailure(make.error, 'invalid_input') && make.error.field === 'email';
  const roles = [
    { value: 'member', label: t`Member` },
    { value: 'administrator', label: t`Administrator` },
  ] as const;
  const choices = lifetimes.map((value) => ({ value, label: value === '1' ? t`1 day` : t`${value} days` }));
  return (
    <form noValidate onSubmit={send} className="grid gap-5">
      {make.error && !isBadAddress && <FailureNotice error={make.error} />}
      <TextField
        label={t`Email address (optional)`}
        type="email"
        autoFocus
        autoComplete="off"
        value={email}
        onChange={(event) => {
          setEmail(event.target.value);
          make.reset();
        }}
        hint={t`With an address the link is mailed, and only this address can use it.`}
        error={isBadAddress ? t`This is not an email address. Check it.` : undefined}
      />
      <Segmented label={t`Role`} value={role} choices={roles} onChange={setRole} />
      <Select label={t`Valid for`} value={days} choices={choices} onChange={setDays} />
      <Button type="submit" tone="primary" busy={make.isPending} className="justify-self-end">{t`Make the invitation`}</Button>
    </form>
  );
}
