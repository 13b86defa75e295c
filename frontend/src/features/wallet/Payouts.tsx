import { useLingui } from '@lingui/react/macro';
import type { Payout } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { useCredits } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFormat } from '../../data/format.ts';
import { Badge, Skeleton, Table } from '../../ui/index.ts';
import { payoutsQuery } from './queries.ts';

/** What was asked for, and what became of it. */
export function Payouts() {
  const { t } = useLingui();
  const format = useFormat();
  const { amount } = useCredits();
  const { data, error, refetch } = useQuery(payoutsQuery);
  if (!data)
    return error ? <FailureNotice error={error} onRetry={() => void refetch()} /> : <Skeleton className="h-20 rounded-2xl" />;
  return (
    <Table
      label={t`Payouts`}
      rows={data}
      keyOf={(payout) => payout.id}
      empty={t`You have not asked for a payout yet.`}
      columns={[
        { label: t`Asked`, cell: (payout) => format.dateTime(payout.createdAt) },
        { label: t`Credits`, isNumber: true, cell: (payout) => amount(payout.amountCredits) },
        { label: t`State`, cell: (payout) => <PayoutState payout={payout} /> },
        { label: t`Note`, className: 'min-w-48 whitespace-normal!', cell: (payout) => payout.decision ?? payout.note },
      ]}
    />
  );
}

function PayoutState({ payout }: { payout: Payout }) {
  const { t } = useLingui();
  if (payout.state === 'requested') return <Badge tone="warn">{t({ message: 'Open', context: 'state of a payout' })}</Badge>;
  return payout.state === 'paid' ? (
    <Badge tone="good">{t({ message: 'Paid', context: 'state of a payout' })}</Badge>
  ) : (
    <Badge tone="bad">{t({ message: 'Refused', context: 'state of a payout' })}</Badge>
  );
}
