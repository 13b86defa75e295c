import { Trans, useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ImageOff } from 'lucide-react';
import { Fragment } from 'react';
import { BackButton } from '../../app/BackButton.tsx';
import { paths } from '../../app/paths.ts';
import { usePageTitle } from '../../app/title.ts';
import { imageUrl, isFailure } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useImageName } from '../../data/image-name.ts';
import { imageQuery } from '../../data/queries.ts';
import { EmptyState, Picture, PicturePageSkeleton, buttonClass, cx } from '../../ui/index.ts';
import { Acts } from './Acts.tsx';
import { Facts } from './Facts.tsx';
import { PublishSwitch } from './PublishSwitch.tsx';
import { Title } from './Title.tsx';
import { TradeNotice } from './TradeNotice.tsx';
import { TrashedNotice } from './TrashedNotice.tsx';

const columns = 'lg:grid-cols-[minmax(0,1fr)_24rem]';

export function ImagePage() {
  const { t } = useLingui();
  const { id } = useParams({ from: paths.image });
  const { data: image, error, refetch } = useQuery(imageQuery(id));
  usePageTitle(image?.title || image?.prompt.slice(0, 60) || t`Image`);
  if (image) return <Shown image={image} />;
  if (isFailure(error, 'not_found', 'invalid_input')) {
    return (
      <EmptyState
        heading="h1"
        icon={<ImageOff />}
        title={t`This image is not here`}
        actions={<Link to={paths.explore} className={buttonClass('primary')}>{t`Explore what is published`}</Link>}
      >
        <Trans>It was deleted, was never published, or belongs to somebody else.</Trans>
      </EmptyState>
    );
  }
  if (error)
    return (
      <div className="mx-auto w-full max-w-xl p-6">
        <h1 className="sr-only">{t`Image`}</h1>
        <FailureNotice error={error} onRetry={() => void refetch()} />
      </div>
    );
  return <PicturePageSkeleton columns={columns} beside={['h-8', 'h-11', 'h-48']} />;
}

function Shown({ image }: { image: Image }) {
  const nameOf = useImageName();
  return (
    <article className={cx('grid flex-1', columns)}>
      <div className="relative grid place-items-center bg-sunken p-3 sm:p-8 lg:sticky lg:top-0 lg:h-dvh">
        <BackButton />
        <Picture
          key={image.id}
          src={imageUrl.file(image.id)}
          alt={nameOf(image)}
          width={image.width}
          height={image.height}
          placeholder={image.placeholder}
          transparent={image.transparent}
          eager
          className="w-full max-w-[min(100%,calc((100dvh-4rem)*var(--ratio)),var(--limit))] rounded-2xl shadow-pop"
          variables={{ '--ratio': image.width / image.height, '--limit': `${Math.max(image.width * 1.25, 512)}px` }}
        />
      </div>
      <div className="grid content-start gap-6 border-line bg-surface p-5 sm:p-6 lg:border-l">
        {/* Whoever goes on to another image hears nothing more of what they did with this one. */}
        <Fragment key={image.id}>
          {image.trashedAt && <TrashedNotice image={image} />}
          <Title image={image} />
          <Acts image={image} />
          {image.mine &&
            !image.trashedAt &&
            (image.licence || image.listed ? <TradeNotice image={image} /> : <PublishSwitch image={image} />)}
        </Fragment>
        <Facts image={image} />
      </div>
    </article>
  );
}
