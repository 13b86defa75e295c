import { Trans, useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { client, imageUrl } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { Dialog, Picture, Sentinel, Skeleton } from '../../ui/index.ts';

/** One's own pictures, to draw from one of them. */
export function SourcePicker({ onPick, onClose }: { onPick: (image: Image) => void; onClose: () => void }) {
  const { t } = useLingui();
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: ['images', 'picker'],
    queryFn: ({ pageParam, signal }) => client.imageList({ query: { cursor: pageParam, limit: 40 }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const images = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t`Choose a source image`}
      shape="wide"
    >
      {error && <FailureNotice error={error} onRetry={() => void refetch()} />}
      {data && images.length === 0 && (
        <p className="py-10 text-center text-muted">
          <Trans>Your gallery is empty. Upload a picture instead.</Trans>
        </p>
      )}
      <ul className="grid grid-cols-3 gap-2 sm:grid-cols-5">
        {isPending &&
          Array.from({ length: 10 }, (_, key) => (
            <li key={key}>
              <Skeleton className="aspect-square" />
            </li>
          ))}
        {images.map((image) => (
          <li key={image.id}>
            <button
              type="button"
              onClick={() => onPick(image)}
              className="block aspect-square w-full overflow-hidden rounded-xl ring-1 ring-line hover:ring-2 hover:ring-accent"
            >
              <Picture
                src={imageUrl.thumbnail(image.id, '256')}
                alt={image.title ?? image.prompt}
                width={image.width}
                height={image.height}
                placeholder={image.placeholder}
                transparent={image.transparent}
                cover
              />
            </button>
          </li>
        ))}
      </ul>
      <Sentinel hasMore={hasNextPage} busy={isFetchingNextPage} onMore={() => void fetchNextPage()} />
    </Dialog>
  );
}
