import { Trans, useLingui } from '@lingui/react/macro';
import type { Listing } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ImageOff } from 'lucide-react';
import { BackButton } from '../../app/BackButton.tsx';
import { paths } from '../../app/paths.ts';
import { usePageTitle } from '../../app/title.ts';
import { isFailure } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { previewUrl, termsQuery } from '../../data/market.ts';
import { usePersonName } from '../../data/person-name.ts';
import { EmptyState, Picture, PicturePageSkeleton, Skeleton, buttonClass, cx } from '../../ui/index.ts';
import { BuyPanel } from './BuyPanel.tsx';
import { LicenceSummary } from './LicenceSummary.tsx';
import { LikeButton } from './ListingGrid.tsx';
import { RecipeShown } from './RecipeShown.tsx';
import { listingQuery } from './listings.ts';
import { OwnListing } from './OwnListing.tsx';
import { ReportButton } from './ReportDialog.tsx';

const columns = 'lg:grid-cols-[minmax(0,1fr)_25rem]';

export function ListingPage() {
  const { t } = useLingui();
  const { id } = useParams({ from: paths.listing });
  const { data: listing, error, refetch } = useQuery(listingQuery(id));
  usePageTitle(listing?.title ?? t`For sale`);
  // Keyed, so that nothing typed or opened for one listing is carried over to the next.
  if (listing) return <Shown key={listing.id} listing={listing} />;
  if (isFailure(error, 'not_found', 'invalid_input')) {
    return (
      <EmptyState
        heading="h1"
        icon={<ImageOff />}
        title={t`This is not for sale`}
        actions={<Link to={paths.market} className={buttonClass('primary')}>{t`See what is for sale`}</Link>}
      >
        <Trans>It was sold, withdrawn by its seller, or hidden by the moderators.</Trans>
      </EmptyState>
    );
  }
  if (error)
    return (
      <div className="mx-auto w-full max-w-xl p-6">
        <h1 className="sr-only">{t`For sale`}</h1>
        <FailureNotice error={error} onRetry={() => void refetch()} />
      </div>
    );
  return <PicturePageSkeleton columns={columns} beside={['h-8', 'h-28', 'h-40']} />;
}

function Shown({ listing }: { listing: Listing }) {
  return (
    <article className={cx('grid flex-1', columns)}>
      <div className="relative grid place-items-center bg-sunken p-3 sm:p-8 lg:sticky lg:top-0 lg:h-dvh">
        <BackButton />
        <div className="grid w-full max-w-3xl justify-items-center gap-3">
          <Picture
            src={previewUrl(listing.id, '720')}
            alt={listing.title}
            width={listing.width}
            height={listing.height}
            placeholder={listing.placeholder}
            transparent={listing.transparent}
            eager
            className="w-full max-w-[min(100%,calc((100dvh-8rem)*var(--ratio)))] rounded-2xl shadow-pop"
            variables={{ '--ratio': listing.width / listing.height }}
          />
          {listing.purchaseId === null && (
            <p className="text-center text-sm text-muted">
              <Trans>
                A smaller preview with a watermark. The buyer gets the whole picture: {listing.width} × {listing.height} pixels.
              </Trans>
            </p>
          )}
        </div>
      </div>
      <div className="grid content-start gap-6 border-line bg-surface p-5 sm:p-6 lg:border-l">
        <Heading listing={listing} />
        {listing.mine ? <OwnListing listing={listing} /> : <BuyPanel listing={listing} />}
        {listing.description && <p className="break-words whitespace-pre-line">{listing.description}</p>}
        <Terms listing={listing} />
        <RecipeShown listing={listing} />
        {!listing.mine && <ReportButton listing={listing} />}
      </div>
    </article>
  );
}

function Heading({ listing }: { listing: Listing }) {
  const sellerName = usePersonName()(listing.seller);
  return (
    <header className="grid gap-1">
      <div className="flex min-h-11 items-center justify-between gap-3">
        <p className="min-w-0 truncate text-sm text-muted">
          {listing.mine ? (
            <Trans>Your listing</Trans>
          ) : (
            <Trans>
              by{' '}
              <Link
                to={paths.seller}
                params={{ id: listing.seller.id }}
                className="target inline-flex items-center font-semibold text-ink underline decoration-line-strong underline-offset-4"
              >
                {sellerName}
              </Link>
            </Trans>
          )}
        </p>
        <LikeButton listing={listing} />
      </div>
      <h1 className="text-2xl/8 font-semibold tracking-tight break-words">{listing.title}</h1>
    </header>
  );
}

function Terms({ listing }: { listing: Listing }) {
  const { i18n } = useLingui();
  const { data, error, refetch } = useQuery(termsQuery(i18n.locale));
  const licence = data?.licences.find(({ kind }) => kind === listing.licence);
  if (error && !data) return <FailureNotice error={error} onRetry={() => void refetch()} />;
  return licence ? <LicenceSummary licence={licence} /> : <Skeleton className="h-40" />;
}
