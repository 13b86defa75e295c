import { useLingui } from '@lingui/react/macro';
import type { Image } from '@rendermart/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { ArrowLeft, CheckCheck } from 'lucide-react';
import { Suspense, lazy, useRef } from 'react';
import { paths } from '../../app/paths.ts';
import { usePageTitle } from '../../app/title.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { ListEnd } from '../../data/ListEnd.tsx';
import { Button, Page, buttonClass, cx } from '../../ui/index.ts';
import { FilterBar } from './FilterBar.tsx';
import { narrows, useFilters } from './filters.ts';
import { GalleryEmpty } from './GalleryEmpty.tsx';
import { GallerySelection } from './GallerySelection.tsx';
import { GalleryTabs } from './GalleryTabs.tsx';
import { GalleryTile } from './GalleryTile.tsx';
import { GridSkeleton, ImageGrid } from './ImageGrid.tsx';
import { collectionsQuery, imagesQuery } from './images.ts';
import { useSelection } from './selection.ts';
import type { Selection } from './selection.ts';
import { useSteadyActs } from './tile-acts.ts';
import { DropArea, UploadButton, UploadList } from './Uploads.tsx';
import { useImageActions } from './use-image-actions.ts';
import { useUpload } from './use-upload.ts';

// Menus and dialogs carry the library that places them; the grid is there before them.
const CollectionMenu = lazy(() => import('./CollectionMenu.tsx').then((module) => ({ default: module.CollectionMenu })));

export function GalleryPage() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const { filters, change, clear } = useFilters();
  const { collection, backLink } = usePlace(filters.collectionId);
  const list = useInfiniteQuery(imagesQuery(filters));
  const images = list.data?.pages.flatMap((page) => page.items) ?? [];
  const selection = useSelection(images.map((image) => image.id));
  const actions = useImageActions();
  // Into the collection that one is in; else to where they can be seen, unless one has gone elsewhere.
  const { uploads, send, dismiss } = useUpload((arrived, isHere) => {
    if (collection) void actions.putInto(collection, new Set(arrived.map((image) => image.id)));
    else if (isHere && narrows(filters)) clear();
  });
  const focusIndex = useRef<(index?: number) => void>(() => {});
  const title = collection?.name ?? t`Gallery`;
  usePageTitle(title);
  return (
    <Page
      title={title}
      actions={
        <>
          {backLink}
          {images.length > 0 && !selection.active && (
            <Button icon={<CheckCheck aria-hidden className="size-[18px]" />} onClick={selection.begin}>{t`Select`}</Button>
          )}
          <UploadButton onFiles={send} />
          {collection && (
            <Suspense>
              <CollectionMenu collection={collection} onDeleted={() => void navigate({ to: paths.collections })} />
            </Suspense>
          )}
        </>
      }
    >
      {!filters.collectionId && <GalleryTabs />}
      <FilterBar filters={filters} onChange={change} onClear={clear} />
      <DropArea onFiles={send} />
      <UploadList uploads={uploads} onDismiss={dismiss} />
      {list.isError && images.length === 0 ? <FailureNotice error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.isPending && <GridSkeleton />}
      {list.isSuccess && images.length === 0 && <GalleryEmpty filters={filters} onClear={clear} />}
      <GallerySelection {...{ selection, images, collection }} onDone={() => focusIndex.current()} />
      {images.length > 0 && (
        <div
          aria-busy={list.isPlaceholderData}
          className={cx('transition-opacity', list.isPlaceholderData && 'opacity-50', selection.active && 'pb-32 md:pb-20')}
        >
          <Tiles {...{ images, selection, focusIndex }} />
          <ListEnd list={list} />
        </div>
      )}
    </Page>
  );
}

function Tiles({
  images,
  selection,
  focusIndex,
}: {
  images: readonly Image[];
  selection: Selection;
  focusIndex: React.RefObject<(index?: number) => void>;
}) {
  const { t } = useLingui();
  const actions = useImageActions();
  const acts = useSteadyActs({
    toggle: selection.toggle,
    extendTo: selection.extendTo,
    favourite: (image) => void actions.favourite(new Set([image.id]), !image.favourite),
    trash: (image) => void actions.trash(new Set([image.id])).then(() => focusIndex.current()),
  });
  return (
    <ImageGrid
      label={t`Images`}
      images={images}
      focusIndex={focusIndex}
      tile={(image, isTabStop) => (
        <GalleryTile
          key={image.id}
          isSelected={selection.ids.has(image.id)}
          isSelecting={selection.active}
          {...{ image, isTabStop, acts }}
        />
      )}
    />
  );
}

/** The collection one is in, and the way out of it. */
function usePlace(collectionId: string | undefined) {
  const { t } = useLingui();
  const collections = useQuery({ ...collectionsQuery, enabled: collectionId !== undefined });
  const collection = collections.data?.find(({ id }) => id === collectionId);
  const backLink = collectionId && (
    <Link to={paths.collections} className={buttonClass('quiet')}>
      <ArrowLeft aria-hidden className="size-[18px]" />
      {t`Collections`}
    </Link>
  );
  return { collection, backLink };
}
