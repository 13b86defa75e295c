import { Plural } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { Check } from 'lucide-react';
import { memo } from 'react';
import { imageUrl } from '../../data/client.ts';
import { useImageName } from '../../data/image-name.ts';
import { Badge, ImageTile, cx } from '../../ui/index.ts';
import { tileFrameClass, tileItemClass, tileSizes } from './tile-class.ts';

interface TrashTileProps {
  image: Image;
  isTabStop: boolean;
  isSelected: boolean;
  onToggle: (id: string) => void;
  trashDays: number | undefined;
}

const dayMs = 86_400_000;
/** Days until it goes, counted up: what goes today has none left. */
export const daysLeft = (trashedAt: string, trashDays: number, nowMs: number) =>
  Math.max(0, Math.ceil((Date.parse(trashedAt) + trashDays * dayMs - nowMs) / dayMs));

/** A picture in the trash is not opened, only chosen: the whole tile is its checkbox. */
export const TrashTile = memo(function TrashTile({ image, isTabStop, isSelected, onToggle, trashDays }: TrashTileProps) {
  const name = useImageName()(image);
  const { width, height, placeholder, transparent } = image;
  return (
    <li className={tileItemClass}>
      <ImageTile
        src={imageUrl.thumbnail(image.id)}
        srcSet={imageUrl.srcSet(image.id)}
        sizes={tileSizes}
        alt={name}
        {...{ width, height, placeholder, transparent }}
        cover
        selected={isSelected}
        className={tileFrameClass}
        link={(picture) => (
          <button
            type="button"
            role="checkbox"
            aria-checked={isSelected}
            data-tile
            tabIndex={isTabStop ? 0 : -1}
            onClick={() => onToggle(image.id)}
            className={cx('block size-full outline-none', !isSelected && 'opacity-80')}
          >
            {picture}
          </button>
        )}
      >
        <span
          aria-hidden
          className={cx(
            'pointer-events-none absolute top-2.5 left-2.5 grid size-6 place-items-center rounded-full border-2 border-white shadow-sm',
            isSelected ? 'bg-accent text-on-accent' : 'bg-black/40',
          )}
        >
          {isSelected && <Check className="size-4" strokeWidth={3} />}
        </span>
        {image.trashedAt && trashDays !== undefined && (
          <Badge tone="picture" className="pointer-events-none absolute bottom-2 left-2">
            <Plural
              value={daysLeft(image.trashedAt, trashDays, Date.now())}
              _0="Goes today"
              one="# day left"
              other="# days left"
            />
          </Badge>
        )}
      </ImageTile>
    </li>
  );
});
