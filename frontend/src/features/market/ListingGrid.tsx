import { Plural, useLingui } from '@lingui/react/macro';
import type { Listing } from '@rendermart/contract';
import { Link } from '@tanstack/react-router';
import { Heart } from 'lucide-react';
import { memo } from 'react';
import { paths } from '../../app/paths.ts';
import { useCredits } from '../../data/credits.ts';
import { useFailureText } from '../../data/failure-texts.ts';
import { useFormat } from '../../data/format.ts';
import { ListEnd } from '../../data/ListEnd.tsx';
import type { EndlessList } from '../../data/ListEnd.tsx';
import { previewUrl } from '../../data/market.ts';
import { useMarketWords } from '../../data/market-words.ts';
import { Badge, ImageTile, Skeleton, cx, notify, useGridKeys } from '../../ui/index.ts';
import { likeListing, rememberListing } from './listings.ts';

const gridClass = '-m-1.5 grid grid-cols-2 md:grid-cols-3 xl:grid-cols-5 2xl:grid-cols-6';

/** Offers in rows and columns, walked with the arrow keys, with more at the end. */
export function ListingGrid({
  label,
  list,
  listings,
}: {
  label: string;
  list: EndlessList & { isPlaceholderData: boolean };
  listings: readonly Listing[];
}) {
  const { active, gridProps } = useGridKeys(listings.length);
  return (
    <div aria-busy={list.isPlaceholderData} className={cx('transition-opacity', list.isPlaceholderData && 'opacity-50')}>
      <ul aria-label={label} {...gridProps} className={gridClass}>
        {listings.map((listing, index) => (
          <ListingTile key={listing.id} listing={listing} isTabStop={index === active} />
        ))}
      </ul>
      <ListEnd list={list} />
    </div>
  );
}

const ListingTile = memo(function ListingTile({ listing, isTabStop }: { listing: Listing; isTabStop: boolean }) {
  const { t } = useLingui();
  const words = useMarketWords();
  const { credits } = useCredits();
  const { id, title, width, height, placeholder, transparent, seller } = listing;
  const tabIndex = isTabStop ? 0 : -1;
  return (
    <li className="grid min-w-0 content-start gap-1 p-1.5 [contain-intrinsic-size:auto_18rem] [content-visibility:auto]">
      <ImageTile
        src={previewUrl(id, '320')}
        alt=""
        {...{ width, height, placeholder, transparent }}
        cover
        className="aspect-square has-[[data-tile]:focus-visible]:outline-2 has-[[data-tile]:focus-visible]:outline-offset-2 has-[[data-tile]:focus-visible]:outline-accent-ink"
        link={(picture) => (
          <Link
            to={paths.listing}
            params={{ id }}
            preload={false}
            data-tile
            tabIndex={tabIndex}
            aria-label={t`${title}, ${credits(listing.priceCredits)}`}
            onClick={() => rememberListing(listing)}
            className="block size-full outline-none"
          >
            {picture}
          </Link>
        )}
      >
        <span className="pointer-events-none absolute top-2 left-2 flex flex-wrap gap-1.5">
          {listing.licence === 'exclusive' && <Badge tone="picture">{words.licence('exclusive')}</Badge>}
          {listing.purchaseId && <Badge tone="picture">{t`Bought`}</Badge>}
        </span>
      </ImageTile>
      <div className="grid min-w-0 grid-cols-[minmax(0,1fr)_auto] items-start pl-1">
        <p className="grid min-w-0">
          <span className="truncate font-semibold">{title}</span>
          <span className="truncate text-sm text-muted">{listing.mine ? t`You` : seller.name}</span>
          <span className="font-semibold tabular-nums">{credits(listing.priceCredits)}</span>
        </p>
        <LikeButton listing={listing} tabIndex={tabIndex} />
      </div>
    </li>
  );
});

export function LikeButton({ listing, tabIndex }: { listing: Listing; tabIndex?: number }) {
  const { t } = useLingui();
  const textOf = useFailureText();
  const format = useFormat();
  const like = () =>
    void likeListing(listing, !listing.liked).catch((error: unknown) => notify({ text: textOf(error), tone: 'bad' }));
  return (
    <button
      type="button"
      aria-pressed={listing.liked}
      tabIndex={tabIndex}
      onClick={like}
      className={cx(
        'flex h-9 shrink-0 items-center gap-1.5 rounded-full px-2.5 text-sm font-semibold tabular-nums transition-colors hover:bg-ink/7',
        listing.liked ? 'text-accent-ink' : 'text-muted',
      )}
    >
      <Heart aria-hidden className={cx('size-[18px]', listing.liked && 'fill-current')} />
      <span className="sr-only">{t`Like: ${listing.title}`} </span>
      <span aria-hidden>{format.number(listing.likes)}</span>
      <span className="sr-only">
        (<Plural value={listing.likes} one="# like" other="# likes" />)
      </span>
    </button>
  );
}

/** The first rows, before anything is known about them. */
export function ListingGridSkeleton() {
  const { t } = useLingui();
  return (
    <div role="status" aria-label={t`Loading`} className={gridClass}>
      {Array.from({ length: 15 }, (_, key) => (
        <div key={key} className="p-1.5">
          <Skeleton className="mb-20 aspect-square rounded-2xl" />
        </div>
      ))}
    </div>
  );
}
