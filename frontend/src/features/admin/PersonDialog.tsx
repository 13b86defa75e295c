import { useLingui } from '@lingui/react/macro';
import type { Person, Role } from '@rendermart/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useAccount } from '../../app/session.ts';
import { client } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { Button, Dialog, NumberField, Segmented, Switch, notify } from '../../ui/index.ts';

/** Role, share of the queue, and whether somebody may sign in. */
export function PersonDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useLingui();
  const queryClient = useQueryClient();
  const isMe = useAccount()?.id === person.id;
  const [role, setRole] = useState<Role>(person.role);
  const [weight, setWeight] = useState<number | null>(person.weight);
  const [isEnabled, setEnabled] = useState(!person.disabled);
  const { name } = person;
  const save = useMutation({
    mutationFn: () =>
      client.adminPersonUpdate({ params: { id: person.id }, body: { role, disabled: !isEnabled, weight: weight ?? 1 } }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['admin', 'people'] });
      notify({ text: t`${name} was changed` });
      onClose();
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const roles = [
    { value: 'member', label: t`Member` },
    { value: 'administrator', label: t`Administrator` },
  ] as const;
  return (
    <Dialog open onOpenChange={onClose} title={name} description={person.email}>
      <form noValidate onSubmit={send} className="grid gap-5">
        {save.error && <FailureNotice error={save.error} />}
        <Segmented label={t`Role`} value={role} choices={roles} onChange={setRole} />
        <NumberField
          label={t`Share of the queue`}
          hint={t`1 is usual. Whoever has 2 gets twice as many images in the same time when many wait.`}
          value={weight}
          onChange={setWeight}
          min={0.1}
          max={100}
          step={0.5}
        />
        <Switch
          label={t`May sign in`}
          hint={
            isMe
              ? t`You cannot shut yourself out. Ask another administrator.`
              : t`Off: signed out everywhere at once, API keys are refused, images stay.`
          }
          checked={isEnabled}
          onChange={setEnabled}
          disabled={isMe && isEnabled}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t`Cancel`}</Button>
          <Button type="submit" tone="primary" busy={save.isPending}>{t`Save`}</Button>
        </div>
      </form>
    </Dialog>
  );
}
