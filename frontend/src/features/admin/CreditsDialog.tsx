import { useLingui } from '@lingui/react/macro';
import type { CreditsMoveInput, Person } from '@rendermart/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, isFailure } from '../../data/client.ts';
import { parseAmount, useCredits } from '../../data/credits.ts';
import { makeKeys } from '../../data/idempotency.ts';
import { Segmented, TextField, notify } from '../../ui/index.ts';
import { ReasonDialog } from './ReasonDialog.tsx';

/** Gives credits to somebody or takes some back. */
export function CreditsDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useLingui();
  const [direction, setDirection] = useState<'grant' | 'withdraw'>('grant');
  const [text, setText] = useState('');
  const [isTried, setTried] = useState(false);
  const choices = [
    { value: 'grant', label: t`Give` },
    { value: 'withdraw', label: t`Take back` },
  ] as const;
  const { name } = person;
  const amount = parseAmount(text);
  const move = useCreditsMove(person, onClose);
  const isShort = isFailure(move.error, 'insufficient_credits');
  const problem = isShort
    ? t`${name} does not have that many. Nothing was changed.`
    : isTried && amount === null
      ? t`Enter a whole number from 1 to 999,999,999.`
      : undefined;
  const decide = (reason: string) => {
    setTried(true);
    if (amount !== null) move.mutate({ amountCredits: String(direction === 'grant' ? amount : -amount), reason });
  };
  return (
    <ReasonDialog
      title={t`Credits of ${name}`}
      description={person.email}
      action={direction === 'grant' ? t`Give the credits` : t`Take the credits back`}
      danger={direction === 'withdraw'}
      busy={move.isPending}
      error={isShort ? null : move.error}
      hint={t`${name} reads it in the wallet, and it is kept in the audit log.`}
      onDecide={decide}
      onClose={onClose}
    >
      <Segmented
        label={t`What to do`}
        value={direction}
        onChange={(next) => {
          setDirection(next);
          move.reset();
        }}
        choices={choices}
      />
      <TextField
        label={t`Credits`}
        inputMode="numeric"
        maxLength={15}
        autoFocus
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          move.reset();
        }}
        error={problem}
      />
    </ReasonDialog>
  );
}

/** Repeated with the same amount and reason it happens once. */
function useCreditsMove({ id, name }: Person, onMoved: () => void) {
  const { t } = useLingui();
  const { credits } = useCredits();
  const queryClient = useQueryClient();
  const [keys] = useState(() => makeKeys());
  return useMutation({
    mutationFn: (body: CreditsMoveInput) =>
      keys.send(body, (idempotencyKey) => client.adminCreditsMove({ params: { id }, body, idempotencyKey })),
    onSuccess: ({ balanceCredits }) => {
      void queryClient.invalidateQueries({ queryKey: ['wallet'] });
      notify({ text: t`${name} now has ${credits(balanceCredits)}` });
      onMoved();
    },
  });
}
