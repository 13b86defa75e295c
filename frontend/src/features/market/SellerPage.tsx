import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Store, UserRoundX } from 'lucide-react';
import { paths } from '../../app/paths.ts';
import { usePageTitle } from '../../app/title.ts';
import { isFailure } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFormat } from '../../data/format.ts';
import { usePersonName } from '../../data/person-name.ts';
import { EmptyState, Page, PageSkeleton, buttonClass } from '../../ui/index.ts';
import { ListingGrid, ListingGridSkeleton } from './ListingGrid.tsx';
import { listingsQuery, sellerQuery } from './listings.ts';

/** Who sells, and everything they offer. */
export function SellerPage() {
  const { t } = useLingui();
  const { id } = useParams({ from: paths.seller });
  const { data: seller, error, refetch } = useQuery(sellerQuery(id));
  const format = useFormat();
  const nameOf = usePersonName();
  usePageTitle(seller ? nameOf(seller) : t`Seller`);
  if (isFailure(error, 'not_found', 'invalid_input')) {
    return (
      <EmptyState
        heading="h1"
        icon={<UserRoundX />}
        title={t`This seller is not here`}
        actions={<Link to={paths.market} className={buttonClass('primary')}>{t`See what is for sale`}</Link>}
      >
        <Trans>The address may be mistyped, or the account was closed.</Trans>
      </EmptyState>
    );
  }
  if (error && !seller)
    return (
      <div className="mx-auto w-full max-w-xl p-6">
        <h1 className="sr-only">{t`Seller`}</h1>
        <FailureNotice error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (!seller) return <PageSkeleton />;
  const since = seller.since && format.date(seller.since);
  return (
    <Page
      title={nameOf(seller)}
      description={
        <>
          <Plural value={seller.listings} _0="Nothing for sale" one="# image for sale" other="# images for sale" /> ·{' '}
          <Plural value={seller.sales} _0="no sales yet" one="# sale" other="# sales" />
          {since && (
            <>
              {' '}
              · <Trans>selling since {since}</Trans>
            </>
          )}
        </>
      }
    >
      <Offers sellerId={id} />
    </Page>
  );
}

function Offers({ sellerId }: { sellerId: string }) {
  const { t } = useLingui();
  const list = useInfiniteQuery(listingsQuery({ sellerId }));
  const listings = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.isPending) return <ListingGridSkeleton />;
  if (list.isError && listings.length === 0) return <FailureNotice error={list.error} onRetry={() => void list.refetch()} />;
  if (listings.length === 0)
    return (
      <EmptyState
        icon={<Store />}
        title={t`Nothing for sale at the moment`}
        actions={<Link to={paths.market} className={buttonClass('primary')}>{t`See what is for sale`}</Link>}
      />
    );
  return <ListingGrid label={t`Images for sale`} list={list} listings={listings} />;
}
