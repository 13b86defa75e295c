import { Trans, useLingui } from '@lingui/react/macro';
import type { Listing } from '@rendermart/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Tag } from 'lucide-react';
import { paths } from '../../app/paths.ts';
import { usePageTitle } from '../../app/title.ts';
import { useCredits } from '../../data/credits.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFormat } from '../../data/format.ts';
import { ListEnd } from '../../data/ListEnd.tsx';
import { previewUrl } from '../../data/market.ts';
import { useMarketWords } from '../../data/market-words.ts';
import { EmptyState, Page, Picture, Skeleton, buttonClass } from '../../ui/index.ts';
import { Left } from './BuyPanel.tsx';
import { listingsQuery, rememberListing } from './listings.ts';
import { MarketTabs } from './MarketTabs.tsx';
import { StateBadge } from './OwnListing.tsx';

/** What one offers and has offered, in every state. */
export function MyListingsPage() {
  const { t } = useLingui();
  const list = useInfiniteQuery(listingsQuery({ mine: true }));
  const listings = list.data?.pages.flatMap((page) => page.items) ?? [];
  usePageTitle(t`My listings`);
  return (
    <Page title={t`Market`}>
      <MarketTabs />
      {list.isError && listings.length === 0 && <FailureNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && (
        <div role="status" aria-label={t`Loading`} className="grid max-w-4xl gap-3">
          {[0, 1, 2].map((key) => (
            <Skeleton key={key} className="h-28 rounded-2xl" />
          ))}
        </div>
      )}
      {list.isSuccess && listings.length === 0 && (
        <EmptyState
          icon={<Tag />}
          title={t`You offer nothing yet`}
          actions={<Link to={paths.gallery} className={buttonClass('primary')}>{t`Choose an image to sell`}</Link>}
        >
          <Trans>Open one of your images and press “Sell”. You set the price and choose what a buyer may do with it.</Trans>
        </EmptyState>
      )}
      {listings.length > 0 && (
        <div className="max-w-4xl">
          <ul aria-label={t`My listings`} className="grid gap-3">
            {listings.map((listing) => (
              <ListingRow key={listing.id} listing={listing} />
            ))}
          </ul>
          <ListEnd list={list} />
        </div>
      )}
    </Page>
  );
}

function ListingRow({ listing }: { listing: Listing }) {
  const words = useMarketWords();
  const format = useFormat();
  const { credits } = useCredits();
  const { id, title, width, height, placeholder, transparent } = listing;
  return (
    <li className="relative grid grid-cols-[auto_minmax(0,1fr)] items-center gap-4 rounded-2xl border border-line bg-surface p-3 hover:border-line-strong sm:grid-cols-[auto_minmax(0,1fr)_auto]">
      <div className="size-22 overflow-hidden rounded-xl">
        <Picture src={previewUrl(id, '320')} alt="" {...{ width, height, placeholder, transparent }} cover />
      </div>
      <div className="grid min-w-0 gap-1">
        <Link
          to={paths.listing}
          params={{ id }}
          onClick={() => rememberListing(listing)}
          className="truncate font-semibold after:absolute after:inset-0 after:rounded-2xl focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-offset-2 focus-visible:after:outline-accent-ink"
        >
          {title}
        </Link>
        <p className="text-sm text-muted">
          {words.licence(listing.licence)} · <Left listing={listing} /> · {format.date(listing.createdAt)}
        </p>
        {listing.state === 'hidden' && listing.hiddenReason && (
          <p className="text-sm text-danger">
            <Trans>Hidden by the moderators: {listing.hiddenReason}</Trans>
          </p>
        )}
      </div>
      <div className="flex items-center gap-3 max-sm:col-span-2 max-sm:justify-between sm:flex-col sm:items-end sm:gap-1.5">
        <span className="font-semibold tabular-nums">{credits(listing.priceCredits)}</span>
        <StateBadge state={listing.state} />
      </div>
    </li>
  );
}
