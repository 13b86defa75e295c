import { useLingui } from '@lingui/react/macro';
import { reportReasons } from '@rendermart/contract';
import type { Listing, Report } from '@rendermart/contract';
import { useMutation } from '@tanstack/react-query';
import { Flag } from 'lucide-react';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { client } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useMarketWords } from '../../data/market-words.ts';
import { Button, ChoiceCards, Dialog, notify, TextArea } from '../../ui/index.ts';

/** Tells the moderators that something is wrong with a listing. */
export function ReportButton({ listing }: { listing: Listing }) {
  const { t } = useLingui();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        tone="quiet"
        size="small"
        className="-ml-3 justify-self-start text-muted!"
        icon={<Flag aria-hidden className="size-4" />}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >{t`Report this listing`}</Button>
      {isOpen && <ReportDialog listing={listing} onClose={() => setOpen(false)} />}
    </>
  );
}

function ReportDialog({ listing, onClose }: { listing: Listing; onClose: () => void }) {
  const { t } = useLingui();
  const words = useMarketWords();
  const [reason, setReason] = useState<Report['reason'] | null>(null);
  const [text, setText] = useState('');
  const [isTried, setTried] = useState(false);
  const report = useMutation({
    mutationFn: (chosen: Report['reason']) =>
      client.listingReport({ params: { id: listing.id }, body: { reason: chosen, text } }),
    onSuccess: () => {
      notify({ text: t`Thank you. The moderators will look at it and tell you what they decided.` });
      onClose();
    },
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (reason) report.mutate(reason);
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t`Report “${listing.title}”`}
      description={t`The seller is not told who reported it.`}
    >
      <form noValidate onSubmit={send} className="grid gap-5">
        {report.error && <FailureNotice error={report.error} />}
        <ChoiceCards
          label={t`What is wrong?`}
          value={reason}
          onChange={setReason}
          error={isTried && !reason ? t`Choose what fits best.` : undefined}
          choices={reportReasons.map((value) => ({ value, label: words.reason(value) }))}
        />
        <TextArea
          label={t`Details (optional)`}
          hint={t`What helps the moderators to see it too.`}
          maxLength={1_000}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{t`Cancel`}</Button>
          <Button type="submit" tone="primary" busy={report.isPending}>{t`Send the report`}</Button>
        </div>
      </form>
    </Dialog>
  );
}
