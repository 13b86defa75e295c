import { useLingui } from '@lingui/react/macro';
import type { WalletEntry } from '@rendermart/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Coins } from 'lucide-react';
import { paths } from '../../app/paths.ts';
import { useCredits } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFormat } from '../../data/format.ts';
import { ListEnd } from '../../data/ListEnd.tsx';
import { EmptyState, Section, Skeleton, Table, cx } from '../../ui/index.ts';
import { BalanceChart } from './BalanceChart.tsx';
import { subjectOf } from './entry-subject.ts';
import { entriesQuery } from './queries.ts';

/** The balance over time, and every movement behind it. */
export function Entries() {
  const { t } = useLingui();
  const list = useInfiniteQuery({ ...entriesQuery, staleTime: 0 });
  const entries = list.data?.pages.flatMap((page) => page.items);
  if (list.isError && !entries) return <FailureNotice error={list.error} onRetry={() => void list.refetch()} />;
  if (!entries)
    return (
      <div role="status" aria-label={t`Loading`} className="grid gap-10">
        <Skeleton className="h-64 rounded-3xl" />
        <Skeleton className="h-64 rounded-2xl" />
      </div>
    );
  if (entries.length === 0)
    return (
      <EmptyState
        icon={<Coins />}
        title={t`Nothing has moved yet`}
      >{t`Every credit that comes in or goes out is listed here, with what it was for.`}</EmptyState>
    );
  return (
    <>
      {entries.length > 1 && (
        <Section title={t`Balance over time`}>
          <BalanceChart entries={entries} />
        </Section>
      )}
      <Section title={t`Movements`}>
        <EntryTable entries={entries} />
        <ListEnd list={list} />
      </Section>
    </>
  );
}

function EntryTable({ entries }: { entries: readonly WalletEntry[] }) {
  const { t } = useLingui();
  const format = useFormat();
  const { amount, signed } = useCredits();
  return (
    <Table
      label={t`Movements`}
      rows={entries}
      keyOf={(entry) => entry.id}
      empty={null}
      columns={[
        { label: t`What for`, cell: (entry) => <WhatFor entry={entry} /> },
        {
          label: t`Credits`,
          isNumber: true,
          cell: (entry) => (
            <span className={cx('font-semibold', !entry.amountCredits.startsWith('-') && 'text-good')}>
              {signed(entry.amountCredits)}
            </span>
          ),
        },
        { label: t`Balance`, isNumber: true, cell: (entry) => amount(entry.balanceCredits) },
        { label: t`Date`, cell: (entry) => format.dateTime(entry.createdAt) },
      ]}
    />
  );
}

function WhatFor({ entry }: { entry: WalletEntry }) {
  const name = useEntryName()(entry);
  const { kind, id } = subjectOf(entry.reference);
  const linkClass = 'target inline-flex items-center underline decoration-line-strong underline-offset-4 hover:decoration-ink';
  const link =
    kind === 'purchase' ? (
      <Link to={paths.receipt} params={{ id }} className={linkClass}>
        {name}
      </Link>
    ) : kind === 'generation' ? (
      <Link to={paths.studio} className={linkClass}>
        {name}
      </Link>
    ) : (
      name
    );
  return (
    <span className="grid">
      <span>{link}</span>
      {entry.reason && <span className="text-sm font-normal text-muted">{entry.reason}</span>}
    </span>
  );
}

function useEntryName(): (entry: WalletEntry) => string {
  const { t } = useLingui();
  return ({ kind, amountCredits }) => {
    const isOut = amountCredits.startsWith('-');
    switch (kind) {
      case 'starting':
        return t`Welcome credits`;
      case 'granted':
        return t`Given by an administrator`;
      case 'withdrawn':
        return t`Taken back by an administrator`;
      case 'generation':
        return isOut ? t`Images generated` : t`Returned for images`;
      case 'purchase':
        return isOut ? t`Image bought` : t`Image sold`;
      case 'fee':
        return t`Fee of the purchase`;
      case 'payout':
        return t`Payout`;
      case 'topped-up':
        return t`Bought with money`;
      case 'reversed':
        return t`Payment returned`;
      case 'restored':
        return t`Given back: the dispute was won`;
      case 'forfeited':
        return t`Given up when the account was closed`;
    }
  };
}
