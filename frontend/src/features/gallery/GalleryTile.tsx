import { useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { Link } from '@tanstack/react-router';
import { BadgeCheck, Check, Globe, Heart, Tag } from 'lucide-react';
import { memo } from 'react';
import type { KeyboardEvent, MouseEvent } from 'react';
import { paths } from '../../app/paths.ts';
import { imageUrl } from '../../data/client.ts';
import { useImageName } from '../../data/image-name.ts';
import { Badge, ImageTile, cx } from '../../ui/index.ts';
import { rememberImage } from './images.ts';
import type { TileActs } from './tile-acts.ts';
import { cornerClass, tileFrameClass, tileItemClass, tileSizes } from './tile-class.ts';

export interface GalleryTileProps {
  image: Image;
  /** The one tile of the grid that Tab stops at. */
  isTabStop: boolean;
  isSelected: boolean;
  isSelecting: boolean;
  acts: TileActs;
}

export const GalleryTile = memo(function GalleryTile({ image, isTabStop, isSelected, isSelecting, acts }: GalleryTileProps) {
  const { t } = useLingui();
  const name = useImageName()(image);
  const tabIndex = isTabStop ? 0 : -1;
  return (
    <li className={tileItemClass}>
      <ImageTile
        src={imageUrl.thumbnail(image.id)}
        srcSet={imageUrl.srcSet(image.id)}
        sizes={tileSizes}
        alt={name}
        {...pick(image)}
        cover
        selected={isSelected}
        className={tileFrameClass}
        link={(picture) => <TileLink {...{ image, isSelecting, acts, tabIndex }}>{picture}</TileLink>}
      >
        <p
          aria-hidden
          className="pointer-events-none absolute inset-x-0 bottom-0 line-clamp-2 bg-linear-to-t from-black/75 to-transparent px-3 pt-8 pb-2.5 text-[13px]/4.5 font-medium text-white opacity-0 transition-opacity group-focus-within:opacity-100 pointer-fine:group-hover:opacity-100"
        >
          {name}
        </p>
        <button
          type="button"
          role="checkbox"
          aria-checked={isSelected}
          aria-label={t`Select: ${name}`}
          tabIndex={tabIndex}
          onClick={() => acts.toggle(image.id)}
          className={cornerClass(isSelected || isSelecting, 'top-1 left-1')}
        >
          <span
            className={cx(
              'grid size-6 place-items-center rounded-full border-2 border-white shadow-sm',
              isSelected ? 'bg-accent text-on-accent' : 'bg-black/40',
            )}
          >
            {isSelected && <Check aria-hidden className="size-4!" strokeWidth={3} />}
          </span>
        </button>
        <button
          type="button"
          aria-pressed={image.favourite}
          aria-label={t`Favourite: ${name}`}
          tabIndex={tabIndex}
          onClick={() => acts.favourite(image)}
          className={cornerClass(image.favourite, 'top-1 right-1 bg-black/55 text-white hover:bg-black/80')}
        >
          <Heart aria-hidden className={cx(image.favourite && 'fill-white')} />
        </button>
        <StateBadge image={image} />
      </ImageTile>
    </li>
  );
});

/** Who may use it, or who can see it: what is bought is never published, and what is for sale is private. */
function StateBadge({ image }: { image: Image }) {
  const { t } = useLingui();
  if (!image.licence && !image.listed && !image.published) return null;
  const [text, Icon] = image.licence ? [t`Licensed`, BadgeCheck] : image.listed ? [t`For sale`, Tag] : [t`Published`, Globe];
  return (
    <Badge
      tone="picture"
      icon={<Icon aria-hidden />}
      className="absolute bottom-2 left-2 group-focus-within:hidden pointer-fine:group-hover:hidden"
    >
      {text}
    </Badge>
  );
}

const pick = ({ width, height, placeholder, transparent }: Image) => ({ width, height, placeholder, transparent });

function TileLink({
  image,
  isSelecting,
  acts,
  tabIndex,
  children,
}: {
  image: Image;
  isSelecting: boolean;
  acts: TileActs;
  tabIndex: number;
  children: React.ReactNode;
}) {
  const click = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey) return;
    if (!isSelecting && !event.shiftKey) return rememberImage(image);
    event.preventDefault();
    (event.shiftKey ? acts.extendTo : acts.toggle)(image.id);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== ' ' && event.key !== 'Delete') return;
    event.preventDefault();
    if (event.key === ' ') (event.shiftKey ? acts.extendTo : acts.toggle)(image.id);
    else acts.trash(image);
  };
  // Enter follows the link even while selecting: a keyboard has Space for the other.
  const enter = (event: KeyboardEvent) => {
    if (event.key === 'Enter') rememberImage(image);
  };
  return (
    <Link
      to={paths.image}
      params={{ id: image.id }}
      preload={false}
      data-tile
      tabIndex={tabIndex}
      onClick={(event) => {
        if (event.detail > 0) click(event);
      }}
      onKeyDown={(event) => {
        press(event);
        enter(event);
      }}
      className="block size-full outline-none"
    >
      {children}
    </Link>
  );
}
