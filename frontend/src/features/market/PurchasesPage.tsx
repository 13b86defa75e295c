import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from '@tanstack/react-router';
import { ShoppingBag } from 'lucide-react';
import { paths } from '../../app/paths.ts';
import { usePageTitle } from '../../app/title.ts';
import { EmptyState, Page, buttonClass } from '../../ui/index.ts';
import { History } from './History.tsx';
import { MarketTabs } from './MarketTabs.tsx';

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
      <div className="max-w-6xl">
        <History side="buyer" title={t`Purchases`} empty={empty} />
      </div>
    </Page>
  );
}
