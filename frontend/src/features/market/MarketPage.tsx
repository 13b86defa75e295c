import { Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { SearchX, Store } from 'lucide-react';
import { paths } from '../../app/paths.ts';
import { usePageTitle } from '../../app/title.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { Button, EmptyState, Page, buttonClass } from '../../ui/index.ts';
import { FilterBar } from './FilterBar.tsx';
import { countFilters, useFilters } from './filters.ts';
import { ListingGrid, ListingGridSkeleton } from './ListingGrid.tsx';
import { listingsQuery } from './listings.ts';
import { MarketTabs } from './MarketTabs.tsx';

/** What people here offer to each other. */
export function MarketPage() {
  const { t } = useLingui();
  const { filters, change, clear } = useFilters();
  const list = useInfiniteQuery(listingsQuery(filters));
  const listings = list.data?.pages.flatMap((page) => page.items) ?? [];
  usePageTitle(t`Market`);
  return (
    <Page title={t`Market`}>
      <MarketTabs />
      <FilterBar filters={filters} onChange={change} onClear={clear} />
      {list.isError && listings.length === 0 && <FailureNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <ListingGridSkeleton />}
      {list.isSuccess && listings.length === 0 && <NothingHere isNarrow={countFilters(filters) > 0} onClear={clear} />}
      {listings.length > 0 && <ListingGrid label={t`Images for sale`} list={list} listings={listings} />}
    </Page>
  );
}

function NothingHere({ isNarrow, onClear }: { isNarrow: boolean; onClear: () => void }) {
  const { t } = useLingui();
  if (isNarrow) {
    return (
      <EmptyState
        icon={<SearchX />}
        title={t`Nothing for sale fits`}
        actions={<Button tone="primary" onClick={onClear}>{t`Clear the search and the filters`}</Button>}
      >
        <Trans>Try fewer words or another spelling, or take off a filter.</Trans>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<Store />}
      title={t`Nothing is for sale yet`}
      actions={<Link to={paths.gallery} className={buttonClass('primary')}>{t`Choose an image to sell`}</Link>}
    >
      <Trans>
        Be the first: open one of your images and press “Sell”. You set the price and choose what a buyer may do with it.
      </Trans>
    </EmptyState>
  );
}
