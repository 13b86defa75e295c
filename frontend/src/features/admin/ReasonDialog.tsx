import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { Button, Dialog, TextArea } from '../../ui/index.ts';

interface ReasonDialogProps {
  title: string;
  description: string;
  /** Names what will happen. */
  action: string;
  danger?: boolean;
  busy: boolean;
  error: unknown;
  hint?: string;
  children?: ReactNode;
  onDecide: (reason: string) => void;
  onClose: () => void;
}

const shortest = 3;

/** A decision about somebody else’s things: never without a reason, which is kept and told to them. */
export function ReasonDialog({
  title,
  description,
  action,
  danger,
  busy,
  error,
  hint,
  children,
  onDecide,
  onClose,
}: ReasonDialogProps) {
  const { t } = useLingui();
  const [reason, setReason] = useState('');
  const [isTried, setTried] = useState(false);
  const isShort = reason.trim().length < shortest;
  const send = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!isShort) onDecide(reason);
  };
  return (
    <Dialog open onOpenChange={onClose} title={title} description={description}>
      <form noValidate onSubmit={send} className="grid gap-5">
        {error !== null && error !== undefined && <FailureNotice error={error} />}
        {children}
        <TextArea
          label={t`Reason`}
          hint={hint ?? t`It is told to them, and kept in the audit log.`}
          maxLength={300}
          autoFocus={children === undefined}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          error={isTried && isShort ? t`Say why, in a few words.` : undefined}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t`Cancel`}</Button>
          <Button type="submit" tone={danger ? 'danger' : 'primary'} busy={busy}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
