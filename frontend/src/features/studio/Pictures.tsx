import { useLingui } from '@lingui/react/macro';
import { generationCan } from '@rendermart/contract';
import type { Generation, Image } from '@rendermart/contract';
import { Link } from '@tanstack/react-router';
import type { CSSProperties } from 'react';
import { Download, Heart } from 'lucide-react';
import { paths } from '../../app/paths.ts';
import { client, imageUrl } from '../../data/client.ts';
import { useFailureText } from '../../data/failure-texts.ts';
import { useImageName } from '../../data/image-name.ts';
import { usePreviews } from '../../data/live.ts';
import type { Preview } from '../../data/live.ts';
import { generationsQuery, imageChanged, queryClient } from '../../data/queries.ts';
import { IconButton, ImageTile, Tooltip, cx, notify } from '../../ui/index.ts';

/** Full rows where the count allows it; small pictures stand four in a row, large ones two. */
const columnsFor = (places: number, width: number): number =>
  places === 4 && width > 256 ? 2 : places === 6 || places === 5 ? 3 : Math.min(4, places);

/** One place for each picture from the first moment on, so that nothing moves when they land. */
export function Pictures({ generation }: { generation: Generation }) {
  const previews = usePreviews(generation.id);
  const { width, height, images, count } = generation;
  // What has ended may show fewer than were asked for: some were never drawn, or went to the trash.
  const places = generationCan.cancel(generation.state) ? Math.max(count, images.length) : images.length;
  if (places === 0) return <EndedPlace generation={generation} />;
  const columns = columnsFor(places, width);
  const variables = {
    '--columns': columns,
    '--most': `${columns * Math.min(18, Math.max(10, 18 * (width / height)))}rem`,
  } as CSSProperties;
  return (
    <ul
      className={cx(
        'grid w-full gap-2 sm:w-(--most) sm:max-w-full sm:grid-cols-[repeat(var(--columns),minmax(0,1fr))] sm:gap-3',
        places > 1 && 'grid-cols-2',
      )}
      style={variables}
    >
      {Array.from({ length: places }, (_, index) => {
        const image = images[index];
        return (
          <li key={image?.id ?? index}>
            {image ? (
              <Landed image={image} />
            ) : (
              <Coming {...{ width, height }} preview={previews.get(index)} isRunning={generation.state === 'running'} />
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Landed({ image }: { image: Image }) {
  const { t } = useLingui();
  const nameOf = useImageName();
  return (
    <ImageTile
      src={imageUrl.thumbnail(image.id)}
      srcSet={imageUrl.srcSet(image.id)}
      sizes="(min-width: 64rem) 20rem, 45vw"
      alt={nameOf(image)}
      width={image.width}
      height={image.height}
      placeholder={image.placeholder}
      transparent={image.transparent}
      eager
      link={(content) => (
        <Link to={paths.image} params={{ id: image.id }} className="block">
          {content}
        </Link>
      )}
    >
      <div className="absolute right-2 bottom-2 flex gap-1 opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 pointer-coarse:opacity-100">
        <FavouriteButton image={image} />
        <Tooltip label={t`Download`}>
          <a
            href={imageUrl.download(image.id)}
            download
            aria-label={t`Download`}
            className="grid size-9 place-items-center rounded-xl bg-black/65 text-white backdrop-blur-sm hover:bg-black/85"
          >
            <Download aria-hidden className="size-[18px]" />
          </a>
        </Tooltip>
      </div>
    </ImageTile>
  );
}

function FavouriteButton({ image }: { image: Image }) {
  const { t } = useLingui();
  const textOf = useFailureText();
  const toggle = async () => {
    try {
      imageChanged(await client.imageUpdate({ params: { id: image.id }, body: { favourite: !image.favourite } }));
      await queryClient.invalidateQueries({ queryKey: generationsQuery.queryKey });
    } catch (error) {
      notify({ text: textOf(error), tone: 'bad' });
    }
  };
  return (
    <IconButton
      onPicture
      size="small"
      className="size-9!"
      label={t`Favourite`}
      pressed={image.favourite}
      icon={<Heart aria-hidden fill={image.favourite ? 'currentColor' : 'none'} />}
      onClick={() => void toggle()}
    />
  );
}

/** Before the picture: a resting place while it waits, the latest preview while it is drawn. */
function Coming({
  width,
  height,
  preview,
  isRunning,
}: {
  width: number;
  height: number;
  preview: Preview | undefined;
  isRunning: boolean;
}) {
  const { t } = useLingui();
  return (
    <div
      role="img"
      aria-label={isRunning ? t`Being drawn` : t`Waiting`}
      className={cx('relative overflow-hidden rounded-2xl bg-sunken ring-1 ring-line', preview && 'checkerboard')}
      style={{ aspectRatio: `${width} / ${height}` }}
    >
      {preview ? (
        <img src={preview.picture} alt="" className="absolute inset-0 size-full object-contain" />
      ) : (
        <Waiting isRunning={isRunning} />
      )}
      {isRunning && <div aria-hidden className="absolute inset-x-0 bottom-0 h-0.5 animate-shimmer bg-accent" />}
    </div>
  );
}

/** The four tiles of the mark, breathing while a picture takes shape. */
function Waiting({ isRunning }: { isRunning: boolean }) {
  const tiles = ['M1 1h8v8H1z', 'M11 1a8 8 0 0 1 8 8h-8z', 'M1 11h8v8a8 8 0 0 1-8-8z', 'M15 11a4 4 0 1 1 0 8 4 4 0 0 1 0-8z'];
  return (
    <svg aria-hidden viewBox="0 0 20 20" className="absolute top-1/2 left-1/2 w-12 -translate-1/2 fill-line-strong/40">
      {tiles.map((path, index) => (
        <path key={path} d={path} className={isRunning ? 'animate-shimmer' : ''} style={{ animationDelay: `${index * 0.2}s` }} />
      ))}
    </svg>
  );
}

function EndedPlace({ generation }: { generation: Generation }) {
  if (generation.failure) return null;
  return (
    <div aria-hidden className="relative h-24 rounded-2xl border border-dashed border-line md:w-28">
      <Waiting isRunning={false} />
    </div>
  );
}
