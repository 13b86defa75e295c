import { useLingui } from '@lingui/react/macro';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { client } from '../../data/client.ts';
import { parseAmount, useCredits } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { makeKeys } from '../../data/idempotency.ts';
import { moneyMoved } from '../../data/queries.ts';
import { Button, Dialog, TextArea, TextField, notify } from '../../ui/index.ts';

/** Asks an administrator to pay credits out. They are set aside until it is decided. */
export function PayoutDialog({ available, onClose }: { available: string; onClose: () => void }) {
  const { t } = useLingui();
  const { credits } = useCredits();
  const [keys] = useState(() => makeKeys());
  const [text, setText] = useState('');
  const [note, setNote] = useState('');
  const [isTried, setTried] = useState(false);
  const amount = parseAmount(text);
  const isTooMuch = amount !== null && amount > BigInt(available);
  const ask = useMutation({
    mutationFn: (amountCredits: string) => {
      const body = { amountCredits, note };
      return keys.send(body, (idempotencyKey) => client.payoutCreate({ body, idempotencyKey }));
    },
    onSuccess: () => {
      notify({ text: t`Your request was sent. This page says when it is decided.` });
      moneyMoved();
      onClose();
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (amount !== null && !isTooMuch) ask.mutate(String(amount));
  };
  const problem = isTooMuch
    ? t`You can ask for ${credits(available)} at most.`
    : isTried && amount === null
      ? t`Enter a whole number from 1 to 999,999,999.`
      : undefined;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t`Ask for a payout`}
      description={t`You can spend ${credits(available)}. What you ask for is set aside until an administrator has paid it or refused.`}
    >
      <form noValidate onSubmit={send} className="grid gap-5">
        {ask.error && <FailureNotice error={ask.error} />}
        <TextField
          label={t`Credits`}
          inputMode="numeric"
          maxLength={15}
          autoFocus
          value={text}
          onChange={(event) => setText(event.target.value)}
          error={problem}
        />
        <TextArea
          label={t`Note (optional)`}
          hint={t`How you would like to be paid. Administrators read it.`}
          maxLength={500}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t`Cancel`}</Button>
          <Button type="submit" tone="primary" busy={ask.isPending}>{t`Send the request`}</Button>
        </div>
      </form>
    </Dialog>
  );
}
