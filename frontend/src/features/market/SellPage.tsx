import { Trans, useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ImageOff, ScrollText, Tag } from 'lucide-react';
import { paths } from '../../app/paths.ts';
import { usePageTitle } from '../../app/title.ts';
import { imageUrl, isFailure } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useImageName } from '../../data/image-name.ts';
import { termsQuery } from '../../data/market.ts';
import { imageQuery } from '../../data/queries.ts';
import { EmptyState, Page, Picture, Skeleton, buttonClass } from '../../ui/index.ts';
import { SellForm } from './SellForm.tsx';

/** Offers one of one's own images. */
export function SellPage() {
  const { t, i18n } = useLingui();
  const { imageId } = useParams({ from: paths.sell });
  const image = useQuery(imageQuery(imageId));
  const terms = useQuery(termsQuery(i18n.locale));
  usePageTitle(t`Sell an image`);
  if (isFailure(image.error, 'not_found', 'invalid_input')) return <NotYours />;
  const error = image.error ?? terms.error;
  const refetch = () => {
    void image.refetch();
    void terms.refetch();
  };
  return (
    <Page
      title={t`Sell an image`}
      description={
        <Trans>
          You set the price and choose what a buyer may do with it. You can change the price or withdraw it at any time.
        </Trans>
      }
    >
      {error && <FailureNotice error={error} onRetry={refetch} />}
      {!error && (!image.data || !terms.data) && <SellSkeleton />}
      {image.data &&
        terms.data &&
        (whyNot(image.data) ? (
          <CannotSell image={image.data} />
        ) : (
          <div className="grid max-w-5xl items-start gap-8 lg:grid-cols-[18rem_minmax(0,1fr)]">
            <PictureOf image={image.data} />
            <SellForm key={image.data.id} image={image.data} terms={terms.data} />
          </div>
        ))}
    </Page>
  );
}

function PictureOf({ image }: { image: Image }) {
  const nameOf = useImageName();
  return (
    <figure className="grid gap-2 lg:sticky lg:top-8">
      <Picture
        src={imageUrl.thumbnail(image.id)}
        alt={nameOf(image)}
        {...{ width: image.width, height: image.height, placeholder: image.placeholder, transparent: image.transparent }}
        eager
        className="w-full max-w-72 rounded-2xl ring-1 ring-line"
      />
      <figcaption className="text-sm text-muted">
        <Trans>Others see a smaller preview with a watermark. Only who buys it gets the whole picture.</Trans>
      </figcaption>
    </figure>
  );
}

const whyNot = (image: Image): 'foreign' | 'licensed' | 'listed' | 'trashed' | null =>
  !image.mine ? 'foreign' : image.licence ? 'licensed' : image.listed ? 'listed' : image.trashedAt ? 'trashed' : null;

function CannotSell({ image }: { image: Image }) {
  const { t } = useLingui();
  const why = whyNot(image);
  if (why === 'foreign') return <NotYours />;
  if (why === 'listed')
    return (
      <EmptyState
        icon={<Tag />}
        title={t`This image is already for sale`}
        actions={<Link to={paths.myListings} className={buttonClass('primary')}>{t`See my listings`}</Link>}
      >
        <Trans>An image can be offered once at a time. Withdraw its listing to offer it in another way.</Trans>
      </EmptyState>
    );
  if (why === 'trashed')
    return (
      <EmptyState
        icon={<ImageOff />}
        title={t`This image is in the trash`}
        actions={<Link to={paths.image} params={{ id: image.id }} className={buttonClass('primary')}>{t`Open the image`}</Link>}
      >
        <Trans>Restore it first.</Trans>
      </EmptyState>
    );
  return (
    <EmptyState
      icon={<ScrollText />}
      title={t`You have a licence for this image`}
      actions={<Link to={paths.image} params={{ id: image.id }} className={buttonClass('primary')}>{t`Open the image`}</Link>}
    >
      <Trans>A licence lets you use it. Only its owner can sell it.</Trans>
    </EmptyState>
  );
}

function NotYours() {
  const { t } = useLingui();
  return (
    <EmptyState
      icon={<ImageOff />}
      title={t`This image is not yours to sell`}
      actions={<Link to={paths.gallery} className={buttonClass('primary')}>{t`Choose an image to sell`}</Link>}
    >
      <Trans>It was deleted, was sold, or belongs to somebody else.</Trans>
    </EmptyState>
  );
}

function SellSkeleton() {
  const { t } = useLingui();
  return (
    <div role="status" aria-label={t`Loading`} className="grid max-w-5xl gap-8 lg:grid-cols-[18rem_minmax(0,1fr)]">
      <Skeleton className="aspect-square max-w-72 rounded-2xl" />
      <Skeleton className="h-[34rem] rounded-3xl" />
    </div>
  );
}
