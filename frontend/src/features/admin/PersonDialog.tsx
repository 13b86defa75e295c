import { useLingui } from '@lingui/react/macro';
import type { Person, PersonPatch } from '@rendermart/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { useAccount } from '../../app/session.ts';
import { client } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { Button, Dialog, NumberField, Segmented, Switch, notify } from '../../ui/index.ts';
import { withoutSame } from './without-same.ts';

/** What can be changed; an emptied share becomes the usual one. */
type Draft = Pick<Person, 'role' | 'disabled'> & { weight: number | null };

/** Role, share of the queue, and whether somebody may sign in. */
export function PersonDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useLingui();
  const queryClient = useQueryClient();
  const isMe = useAccount()?.id === person.id;
  // Held as it was when the dialog opened: only what differs is sent, as somebody else may change the rest meanwhile.
  const [opened] = useState({ role: person.role, disabled: person.disabled, weight: person.weight });
  const [draft, setDraft] = useState<Draft>(opened);
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const { name } = person;
  const save = useMutation({
    mutationFn: (body: PersonPatch) => client.adminPersonUpdate({ params: { id: person.id }, body }),
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['admin', 'people'] });
      notify({ text: t`${name} was changed` });
      onClose();
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(withoutSame({ ...draft, weight: draft.weight ?? 1 }, opened));
  };
  const roles = [
    { value: 'member', label: t`Member` },
    { value: 'administrator', label: t`Administrator` },
  ] as const;
  return (
    <Dialog open onOpenChange={onClose} title={name} description={person.email}>
      <form noValidate onSubmit={send} className="grid gap-5">
        {save.error && <FailureNotice error={save.error} />}
        <Segmented label={t`Role`} value={draft.role} choices={roles} onChange={(role) => change({ role })} />
        <NumberField
          label={t`Share of the queue`}
          hint={t`1 is usual. Whoever has 2 gets twice as many images in the same time when many wait.`}
          value={draft.weight}
          onChange={(weight) => change({ weight })}
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
          checked={!draft.disabled}
          onChange={(isEnabled) => change({ disabled: !isEnabled })}
          disabled={isMe && !draft.disabled}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t`Cancel`}</Button>
          <Button type="submit" tone="primary" busy={save.isPending}>{t`Save`}</Button>
        </div>
      </form>
    </Dialog>
  );
}
