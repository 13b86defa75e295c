import { Trans, useLingui } from '@lingui/react/macro';
import type { Payout } from '@rendermart/contract';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { usePageTitle } from '../../app/title.ts';
import { client } from '../../data/client.ts';
import { useCredits } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFormat } from '../../data/format.ts';
import { ListEnd } from '../../data/ListEnd.tsx';
import { usePersonName } from '../../data/person-name.ts';
import { Badge, Button, Section, Skeleton, notify } from '../../ui/index.ts';
import { payoutsQuery } from './money-queries.ts';
import { ReasonDialog } from './ReasonDialog.tsx';

type Decision = 'paid' | 'refused';

/** Who asks for money, the open ones first. The money itself is sent outside of RenderMart. */
export function PayoutsPage() {
  const { t } = useLingui();
  const [open, setOpen] = useState<{ payout: Payout; decision: Decision } | null>(null);
  const list = useInfiniteQuery(payoutsQuery);
  const payouts = list.data?.pages.flatMap((page) => page.items);
  usePageTitle(t`Payouts`);
  return (
    <div className="max-w-6xl">
      <Section
        title={t`Payouts`}
        description={t`Send the money outside of RenderMart, then mark the request as paid. The credits are set aside until you decide.`}
      >
        {list.isError && !payouts && <FailureNotice error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending && (
          <div role="status" aria-label={t`Loading`}>
            <Skeleton className="h-40 rounded-2xl" />
          </div>
        )}
        {payouts?.length === 0 && (
          <p className="rounded-2xl border border-line bg-surface px-5 py-6 text-muted">{t`Nobody has asked for a payout.`}</p>
        )}
        {payouts && payouts.length > 0 && (
          <ul aria-label={t`Payouts`} className="grid gap-3">
            {payouts.map((payout) => (
              <PayoutRow key={payout.id} payout={payout} onDecide={(decision) => setOpen({ payout, decision })} />
            ))}
          </ul>
        )}
        <ListEnd list={list} />
      </Section>
      {open && <DecisionDialog {...open} onClose={() => setOpen(null)} />}
    </div>
  );
}

function PayoutRow({ payout, onDecide }: { payout: Payout; onDecide: (decision: Decision) => void }) {
  const { t } = useLingui();
  const format = useFormat();
  const { credits } = useCredits();
  const nameOf = usePersonName();
  const states = {
    requested: <Badge tone="warn">{t({ message: 'Open', context: 'state of a payout' })}</Badge>,
    paid: <Badge tone="good">{t({ message: 'Paid', context: 'state of a payout' })}</Badge>,
    refused: <Badge tone="bad">{t({ message: 'Refused', context: 'state of a payout' })}</Badge>,
  };
  return (
    <li className="flex flex-wrap items-start justify-between gap-4 rounded-2xl border border-line bg-surface p-4">
      <div className="grid min-w-0 flex-1 basis-64 gap-1">
        <p className="flex flex-wrap items-center gap-2">
          <span className="font-semibold">{nameOf(payout.account)}</span>
          <span className="tabular-nums">{credits(payout.amountCredits)}</span>
          {states[payout.state]}
        </p>
        {payout.note && <p className="break-words whitespace-pre-line">{payout.note}</p>}
        <p className="text-sm text-muted">{format.dateTime(payout.createdAt)}</p>
        {payout.decision && (
          <p className="text-sm text-muted">
            <Trans>Decision: {payout.decision}</Trans>
          </p>
        )}
      </div>
      {payout.state === 'requested' && (
        <div className="flex gap-2">
          <Button size="small" tone="primary" onClick={() => onDecide('paid')}>{t`Mark as paid`}</Button>
          <Button size="small" onClick={() => onDecide('refused')}>{t`Refuse`}</Button>
        </div>
      )}
    </li>
  );
}

function DecisionDialog({ payout, decision, onClose }: { payout: Payout; decision: Decision; onClose: () => void }) {
  const { t } = useLingui();
  const { credits } = useCredits();
  const queryClient = useQueryClient();
  const [amount, { name }] = [credits(payout.amountCredits), payout.account];
  const texts =
    decision === 'paid'
      ? {
          title: t`Mark ${amount} as paid?`,
          description: t`The credits leave the wallet of ${name} for good. Send the money first.`,
          action: t`Mark as paid`,
          done: t`The payout is marked as paid`,
        }
      : {
          title: t`Refuse the payout of ${amount}?`,
          description: t`${name} can spend the credits again.`,
          action: t`Refuse`,
          done: t`The payout was refused`,
        };
  const decide = useMutation({
    mutationFn: (reason: string) => client.adminPayoutDecide({ params: { id: payout.id }, body: { decision, reason } }),
    onSuccess: () => {
      notify({ text: texts.done });
      onClose();
    },
    onSettled: () => {
      for (const queryKey of [['admin', 'payouts'], ['admin', 'ledger'], ['wallet'], ['payouts']])
        void queryClient.invalidateQueries({ queryKey });
    },
  });
  return (
    <ReasonDialog
      {...texts}
      danger={decision === 'refused'}
      busy={decide.isPending}
      error={decide.error}
      onDecide={(reason) => decide.mutate(reason)}
      onClose={onClose}
    />
  );
}
