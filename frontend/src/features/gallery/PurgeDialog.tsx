import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { ConfirmDialog } from '../../ui/index.ts';
import { useImageActions } from './use-image-actions.ts';

interface PurgeDialogProps {
  what: 'selected' | 'all' | null;
  ids: ReadonlySet<string>;
  onClose: () => void;
  onDone: () => void;
}

/** The last question before images are gone: those that are selected, or all. */
export function PurgeDialog({ what, ids, onClose, onDone }: PurgeDialogProps) {
  const { t } = useLingui();
  const { purge, emptyTrash } = useImageActions();
  const [isBusy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    await (what === 'all' ? emptyTrash() : purge(ids));
    setBusy(false);
    onDone();
  };
  const common = { open: what !== null, onOpenChange: onClose, busy: isBusy, onConfirm: () => void confirm() };
  if (what === 'all') {
    return (
      <ConfirmDialog
        {...common}
        title={t`Empty the trash?`}
        action={t`Empty the trash`}
        description={t`Everything in the trash is deleted, with its prompts. This cannot be undone.`}
      />
    );
  }
  return (
    <ConfirmDialog
      {...common}
      title={t`Delete for good?`}
      action={t`Delete for good`}
      description={
        <Trans>
          <Plural value={ids.size} one="# image is" other="# images are" /> deleted with the prompt and every size. This cannot be
          undone.
        </Trans>
      }
    />
  );
}
