import { Trans, useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { client, imageUrl } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useImageName } from '../../data/image-name.ts';
import { ListEnd } from '../../data/ListEnd.tsx';
import { Dialog, Picture, Skeleton } from '../../ui/index.ts';

/** One's own pictures, to draw from one of them. */
export function SourcePicker({ onPick, onClose }: { onPick: (image: Image) => void; onClose: () => void }) {
  const { t } = useLingui();
  const nameOf = useImageName();
  const list = useInfiniteQuery({
    queryKey: ['images', 'picker'],
    queryFn: ({ pageParam, signal }) => client.imageList({ query: { cursor: pageParam, limit: 40 }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const images = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t`Choose a source image`}
      shape="wide"
    >
      {list.isError && !list.data && <FailureNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.data && images.length === 0 && (
        <p className="py-10 text-center text-muted">
          <Trans>Your gallery is empty. Upload a picture instead.</Trans>
        </p>
      )}
      <ul className="grid grid-cols-3 gap-2 sm:grid-cols-5">
        {list.isPending &&
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
                alt={nameOf(image)}
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
      <ListEnd list={list} />
    </Dialog>
  );
}
