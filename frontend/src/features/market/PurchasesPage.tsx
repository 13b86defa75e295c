import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ShoppingBag } from 'lucide-react';
import { paths } from '../../app/paths.ts';
import { usePageTitle } from '../../app/title.ts';
import { useCredits } from '../../data/credits.ts';
import { useFormat } from '../../data/format.ts';
import { EmptyState, Figures, Page, buttonClass } from '../../ui/index.ts';
import { History } from './History.tsx';
import { MarketTabs } from './MarketTabs.tsx';
import { purchasesSummaryQuery } from './trade.ts';

export function PurchasesPage() {
  const { t } = useLingui();
  usePageTitle(t`Purchases`);
  const empty = (
    <EmptyState
      icon={<ShoppingBag />}
      title={t`You have bought nothing yet`}
      actions={<Link to={paths.market} className={buttonClass('primary')}>{t`See what is for sale`}</Link>}
    >
      <Trans>What you buy is listed here with its receipt. The images themselves are in your gallery.</Trans>
    </EmptyState>
  );
  return (
    <Page title={t`Market`}>
      <MarketTabs />
      <div className="grid max-w-6xl gap-10">
        <Totals />
        <History side="buyer" title={t`Purchases`} empty={empty} />
      </div>
    </Page>
  );
}

/** Nothing where nothing was bought: the list below says so. */
function Totals() {
  const { t } = useLingui();
  const { data } = useQuery(purchasesSummaryQuery);
  const { number } = useFormat();
  const { amount } = useCredits();
  if (!data || data.purchases === 0) return null;
  return (
    <Figures
      figures={[
        { label: t`Images bought`, value: number(data.purchases) },
        { label: t`You paid`, value: amount(data.paidCredits), note: t`credits` },
      ]}
    />
  );
}
