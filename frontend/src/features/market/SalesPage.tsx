import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { HandCoins } from 'lucide-react';
import { useState } from 'react';
import { paths } from '../../app/paths.ts';
import { usePageTitle } from '../../app/title.ts';
import { useCredits } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFormat } from '../../data/format.ts';
import { EmptyState, Figures, FiguresSkeleton, Page, Section, Segmented, Skeleton, buttonClass } from '../../ui/index.ts';
import { EarningsChart } from './EarningsChart.tsx';
import { History } from './History.tsx';
import { MarketTabs } from './MarketTabs.tsx';
import { salesQuery } from './trade.ts';

type Span = '30' | '90' | '365';

/** What was sold and what it brought: totals, over time, and one by one. */
export function SalesPage() {
  const { t } = useLingui();
  usePageTitle(t`Sales`);
  const empty = (
    <EmptyState
      icon={<HandCoins />}
      title={t`Nothing was sold yet`}
      actions={<Link to={paths.myListings} className={buttonClass('primary')}>{t`See my listings`}</Link>}
    >
      <Trans>Every sale is listed here with its price, the fee and what you got.</Trans>
    </EmptyState>
  );
  return (
    <Page title={t`Market`}>
      <MarketTabs />
      <div className="grid max-w-6xl gap-10">
        <Earnings />
        <History side="seller" title={t`Sales`} empty={empty} />
      </div>
    </Page>
  );
}

function Earnings() {
  const { t } = useLingui();
  const [span, setSpan] = useState<Span>('30');
  const { data, error, refetch } = useQuery(salesQuery(Number(span)));
  const format = useFormat();
  const { amount } = useCredits();
  if (!data)
    return error ? (
      <FailureNotice error={error} onRetry={() => void refetch()} />
    ) : (
      <div role="status" aria-label={t`Loading`} className="grid gap-10">
        <FiguresSkeleton />
        <Skeleton className="h-72 rounded-3xl" />
      </div>
    );
  if (data.sales === 0) return null;
  const spans = [
    { value: '30', label: t`30 days` },
    { value: '90', label: t`90 days` },
    { value: '365', label: t`1 year` },
  ] as const;
  return (
    <>
      <Figures
        figures={[
          { label: t`Sales`, value: format.number(data.sales) },
          { label: t`Paid by buyers`, value: amount(data.grossCredits), note: t`credits` },
          { label: t`Fees`, value: amount(data.feeCredits), note: t`credits` },
          { label: t`You got`, value: amount(data.netCredits), note: t`credits` },
        ]}
      />
      <Section
        title={t`Earnings over time`}
        actions={<Segmented label={t`Time`} hideLabel value={span} choices={spans} onChange={setSpan} />}
      >
        <EarningsChart days={data.days} />
      </Section>
    </>
  );
}
