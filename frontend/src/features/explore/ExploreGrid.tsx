import { Plural, useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { Link, useNavigate } from '@tanstack/react-router';
import { Heart, Shuffle } from 'lucide-react';
import { memo } from 'react';
import { paths } from '../../app/paths.ts';
import { useAccount } from '../../app/session.ts';
import { imageUrl } from '../../data/client.ts';
import { useFailureText } from '../../data/failure-texts.ts';
import { useFormat } from '../../data/format.ts';
import { useImageName } from '../../data/image-name.ts';
import { imageQuery, seedFromList } from '../../data/queries.ts';
import { ImageTile, cx, notify, useGridKeys } from '../../ui/index.ts';
import { likeImage } from './explore.ts';

export const exploreGridClass = '-m-1.5 grid grid-cols-2 md:grid-cols-3 xl:grid-cols-5 2xl:grid-cols-6';
const sizes = '(min-width: 1536px) 15vw, (min-width: 1280px) 18vw, (min-width: 768px) 29vw, 50vw';

export function ExploreGrid({ images }: { images: readonly Image[] }) {
  const { t } = useLingui();
  const { active, gridProps } = useGridKeys(images.length);
  return (
    <ul aria-label={t`Published images`} {...gridProps} className={exploreGridClass}>
      {images.map((image, index) => (
        <PublishedTile key={image.id} image={image} isTabStop={index === active} />
      ))}
    </ul>
  );
}

const PublishedTile = memo(function PublishedTile({ image, isTabStop }: { image: Image; isTabStop: boolean }) {
  const { t } = useLingui();
  const { id, width, height, placeholder, transparent, owner } = image;
  const name = useImageName()(image);
  const tabIndex = isTabStop ? 0 : -1;
  return (
    <li className="grid min-w-0 gap-1 p-1.5 [contain-intrinsic-size:auto_16rem] [content-visibility:auto]">
      <ImageTile
        src={imageUrl.thumbnail(id)}
        srcSet={imageUrl.srcSet(id)}
        sizes={sizes}
        alt={name}
        {...{ width, height, placeholder, transparent }}
        cover
        className="aspect-square has-[[data-tile]:focus-visible]:outline-2 has-[[data-tile]:focus-visible]:outline-offset-2 has-[[data-tile]:focus-visible]:outline-accent-ink"
        link={(picture) => (
          <Link
            to={paths.image}
            params={{ id }}
            preload={false}
            data-tile
            tabIndex={tabIndex}
            onClick={() => seedFromList(imageQuery(id).queryKey, image, 'explore')}
            className="block size-full outline-none"
          >
            {picture}
          </Link>
        )}
      >
        <p
          aria-hidden
          className="pointer-events-none absolute inset-x-0 bottom-0 line-clamp-3 bg-linear-to-t from-black/80 to-transparent px-3.5 pt-10 pb-3 text-sm/5 font-medium text-white opacity-0 transition-opacity group-focus-within:opacity-100 pointer-fine:group-hover:opacity-100"
        >
          {name}
        </p>
        {image.recipe && image.recipe.scale === undefined && (
          <Link
            to={paths.studio}
            search={{ remix: id }}
            preload={false}
            tabIndex={tabIndex}
            aria-label={t`Remix: ${name}`}
            className="absolute top-2 right-2 flex h-9 items-center gap-1.5 rounded-full bg-black/65 px-3 text-sm font-semibold text-white opacity-0 backdrop-blur-sm transition-opacity group-focus-within:opacity-100 hover:bg-black/85 focus-visible:opacity-100 pointer-coarse:opacity-100 pointer-fine:group-hover:opacity-100"
          >
            <Shuffle aria-hidden className="size-4" />
            <span className="max-sm:hidden">{t`Remix`}</span>
          </Link>
        )}
      </ImageTile>
      <div className="flex h-10 min-w-0 items-center justify-between gap-2 pl-1">
        <span className="flex min-w-0 items-center gap-2 text-sm font-medium">
          <span aria-hidden className="grid size-6 shrink-0 place-items-center rounded-full bg-ink/10 text-[11px] font-bold">
            {owner.name.slice(0, 1).toUpperCase()}
          </span>
          <span className="truncate">
            <span className="sr-only">{t`By`} </span>
            {image.mine ? t`You` : owner.name}
          </span>
        </span>
        <LikeButton image={image} tabIndex={tabIndex} />
      </div>
    </li>
  );
});

function LikeButton({ image, tabIndex }: { image: Image; tabIndex: number }) {
  const { t } = useLingui();
  const account = useAccount();
  const navigate = useNavigate();
  const textOf = useFailureText();
  const format = useFormat();
  const like = () => {
    if (!account) return void navigate({ to: paths.signIn, search: { next: paths.explore } });
    void likeImage(image, !image.liked).catch((error: unknown) => notify({ text: textOf(error), tone: 'bad' }));
  };
  return (
    <button
      type="button"
      aria-pressed={image.liked}
      tabIndex={tabIndex}
      onClick={like}
      className={cx(
        'flex h-9 shrink-0 items-center gap-1.5 rounded-full px-2.5 text-sm font-semibold tabular-nums transition-colors hover:bg-ink/7',
        image.liked ? 'text-accent-ink' : 'text-muted',
      )}
    >
      <Heart aria-hidden className={cx('size-[18px]', image.liked && 'fill-current')} />
      <span className="sr-only">{t`Like`} </span>
      <span aria-hidden>{format.number(image.likes)}</span>
      <span className="sr-only">
        (<Plural value={image.likes} one="# like" other="# likes" />)
      </span>
    </button>
  );
}
