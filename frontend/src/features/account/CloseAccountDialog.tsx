import { useLingui } from '@lingui/react/macro';
import type { Account } from '@rendermart/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { leavePage } from '../../app/session.ts';
import { client, isFailure } from '../../data/client.ts';
import { useCredits } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFailureText } from '../../data/failure-texts.ts';
import { walletQuery } from '../../data/market.ts';
import { Button, Dialog, PasswordField, Skeleton, TextField, focusInvalid } from '../../ui/index.ts';

/** Asks for the password and the address, and says which credits are lost. */
export function CloseAccountDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useLingui();
  const { credits } = useCredits();
  const wallet = useQuery({ ...walletQuery, staleTime: 0 });
  const balance = wallet.data?.balanceCredits;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t`Close my account`}
      description={
        balance !== undefined && balance !== '0' ? t`You lose ${credits(balance)}.` : t`Everything that is yours here is deleted.`
      }
    >
      {wallet.error && <FailureNotice error={wallet.error} onRetry={() => void wallet.refetch()} />}
      {balance === undefined ? (
        !wallet.error && <Skeleton className="h-40" />
      ) : (
        <ClosingForm account={account} balance={balance} onClose={onClose} onMoved={() => void wallet.refetch()} />
      )}
    </Dialog>
  );
}

interface ClosingFormProps {
  account: Account;
  balance: string;
  onClose: () => void;
  /** The balance that was shown is not the one there is any more. */
  onMoved: () => void;
}

function ClosingForm({ account, balance, onClose, onMoved }: ClosingFormProps) {
  const { t } = useLingui();
  const textOf = useFailureText();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [isTried, setTried] = useState(false);
  const close = useMutation({
    mutationFn: () => client.accountClose({ body: { email, password, forfeitCredits: balance } }),
    onSuccess: leavePage,
    onError: (error) => {
      if (isFailure(error, 'balance_moved')) onMoved();
    },
  });
  const isMine = email.trim().toLowerCase() === account.email;
  const send = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    setTried(true);
    if (isMine && password !== '') close.mutate(undefined, { onError: () => focusInvalid(form) });
    else focusInvalid(form);
  };
  const isWrong = isFailure(close.error, 'wrong_password');
  return (
    <form noValidate onSubmit={send} className="grid gap-5">
      {close.error && !isWrong && <FailureNotice error={close.error} />}
      <TextField
        label={t`Type ${account.email}`}
        type="email"
        autoComplete="off"
        autoFocus
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        error={isTried && !isMine ? t`This is not the email address of your account.` : undefined}
      />
      <PasswordField
        label={t`Current password`}
        autoComplete="current-password"
        maxLength={128}
        value={password}
        onChange={(event) => {
          setPassword(event.target.value);
          close.reset();
        }}
        error={isWrong ? textOf(close.error) : isTried && password === '' ? t`Enter your current password.` : undefined}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{t`Cancel`}</Button>
        <Button type="submit" tone="danger" busy={close.isPending}>{t`Close it for good`}</Button>
      </div>
    </form>
  );
}
