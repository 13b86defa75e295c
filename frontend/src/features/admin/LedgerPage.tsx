import { Trans, useLingui } from '@lingui/react/macro';
import type { LedgerReport } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck, Clock } from 'lucide-react';
import { usePageTitle } from '../../app/title.ts';
import { useCredits } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFormat } from '../../data/format.ts';
import { Figures, FiguresSkeleton, Section, Skeleton, Table } from '../../ui/index.ts';
import { ledgerQuery } from './money-queries.ts';
import { PaymentConcerns } from './PaymentConcerns.tsx';

/** All credits at a glance, and whether the last check of the books found anything. */
export function LedgerPage() {
  const { t } = useLingui();
  const { data, error, refetch } = useQuery(ledgerQuery);
  usePageTitle(t`Ledger`);
  if (!data)
    return error ? (
      <FailureNotice error={error} onRetry={() => void refetch()} />
    ) : (
      <div role="status" aria-label={t`Loading`} className="grid max-w-6xl gap-10">
        <FiguresSkeleton />
        <Skeleton className="h-24 rounded-2xl" />
      </div>
    );
  return (
    <div className="grid max-w-6xl gap-10">
      <Section title={t`Credits`} description={t`Every credit is in exactly one wallet; none appears or vanishes by itself.`}>
        <Totals report={data} />
      </Section>
      <Section title={t`Check of the books`} description={t`Every night all wallets, movements and holds are added up again.`}>
        <Reconciliation report={data} />
      </Section>
      <PaymentConcerns />
    </div>
  );
}

function Totals({ report }: { report: LedgerReport }) {
  const { t } = useLingui();
  const { amount } = useCredits();
  const { number } = useFormat();
  return (
    <Figures
      figures={[
        { label: t`Given out`, value: amount(report.issuedCredits), note: t`credits` },
        { label: t`Earned with generations`, value: amount(report.revenueCredits), note: t`credits` },
        { label: t`Fees`, value: amount(report.feeCredits), note: t`kept of sales` },
        { label: t`Set aside`, value: amount(report.heldCredits), note: t`for what is being drawn, and for payouts` },
        { label: t`Wallets`, value: number(report.wallets) },
      ]}
    />
  );
}

function Reconciliation({ report: { reconciliation } }: { report: LedgerReport }) {
  const { t } = useLingui();
  const format = useFormat();
  const rowClass = 'flex gap-3 rounded-2xl p-4 [&_svg]:mt-0.5 [&_svg]:size-5 [&_svg]:shrink-0';
  if (!reconciliation)
    return (
      <p className={`${rowClass} border border-line bg-surface text-muted`}>
        <Clock aria-hidden />
        {t`The books have not been checked yet. The first check comes tonight.`}
      </p>
    );
  const { violations } = reconciliation;
  const when = format.dateTime(reconciliation.finishedAt);
  if (violations.length === 0)
    return (
      <p className={`${rowClass} bg-good-wash font-medium text-good`}>
        <CircleCheck aria-hidden />
        <Trans>Everything adds up. Last checked {when}.</Trans>
      </p>
    );
  return (
    <div className="grid gap-4">
      <p role="alert" className={`${rowClass} bg-danger-wash font-medium text-danger`}>
        <CircleAlert aria-hidden />
        <Trans>
          Something does not add up. Last checked {when}. Keep a copy of the database as it is, and look into the cases below.
        </Trans>
      </p>
      <Table
        label={t`What does not add up`}
        rows={violations.map((violation, index) => ({ ...violation, key: String(index) }))}
        keyOf={(row) => row.key}
        empty={null}
        columns={[
          { label: t`Law`, cell: (row) => row.law },
          { label: t`Where`, cell: (row) => <code className="font-mono text-[13px]">{row.subject}</code> },
          { label: t`What`, className: 'whitespace-normal!', cell: (row) => row.detail },
        ]}
      />
    </div>
  );
}
