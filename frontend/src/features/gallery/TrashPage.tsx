import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { CheckCheck, ListChecks, RotateCcw, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { usePageTitle } from '../../app/title.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { setupQuery } from '../../data/queries.ts';
import { Button, ConfirmDialog, EmptyState, IconButton, Page, Sentinel, cx } from '../../ui/index.ts';
import { GalleryTabs } from './GalleryTabs.tsx';
import { GridSkeleton, ImageGrid } from './ImageGrid.tsx';
import { trashQuery } from './images.ts';
import { SelectionBar } from './SelectionBar.tsx';
import { useSelection } from './selection.ts';
import { TrashTile } from './TrashTile.tsx';
import { useImageActions } from './use-image-actions.ts';

export function TrashPage() {
  const { t } = useLingui();
  const actions = useImageActions();
  const trashDays = useQuery(setupQuery).data?.trashDays;
  const list = useInfiniteQuery(trashQuery);
  const images = list.data?.pages.flatMap((page) => page.items) ?? [];
  const selection = useSelection(images.map((image) => image.id));
  const focusIndex = useRef<(index?: number) => void>(() => {});
  const [asking, setAsking] = useState<'selected' | 'all' | null>(null);
  const [isBusy, setBusy] = useState(false);
  usePageTitle(t`Trash`);
  const restore = () => { selection.clear(); void actions.restore(selection.ids).then(() => focusIndex.current()); };
  const purge = async () => {
    setBusy(true);
    await (asking === 'all' ? actions.emptyTrash() : actions.purge(selection.ids));
    setBusy(false);
    setAsking(null);
    selection.clear();
    focusIndex.current();
  };
  return (
    <Page title={t`Gallery`} actions={images.length > 0 && <>
      {!selection.active && <Button icon={<CheckCheck aria-hidden className="size-[18px]" />} onClick={selection.begin}>{t`Select`}</Button>}
      <Button tone="danger" onClick={() => setAsking('all')}>{t`Empty the trash`}</Button>
    </>}>
      <GalleryTabs />
      {images.length > 0 && trashDays !== undefined && <p className="text-muted"><Plural value={trashDays} one="What lies here is deleted for good after # day." other="What lies here is deleted for good after # days." /></p>}
      {list.isError && <FailureNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <GridSkeleton />}
      {list.isSuccess && images.length === 0 && (
        <EmptyState icon={<Trash2 />} title={t`The trash is empty`}>
          {trashDays !== undefined && <Plural value={trashDays} one="Images that you delete wait here for # day before they are gone for good." other="Images that you delete wait here for # days before they are gone for good." />}
        </EmptyState>
      )}
      <SelectionBar selection={selection}>
        <IconButton label={t`Select all`} icon={<ListChecks aria-hidden />} onClick={selection.selectAll} />
        <Button disabled={selection.ids.size === 0} icon={<RotateCcw aria-hidden className="size-[18px]" />} className="px-3!" onClick={restore}>{t`Restore`}</Button>
        <Button tone="danger" disabled={selection.ids.size === 0} icon={<Trash2 aria-hidden className="size-[18px]" />} aria-label={t`Delete for good`} className="px-3!" onClick={() => setAsking('selected')}><span className="max-md:hidden">{t`Delete for good`}</span></Button>
      </SelectionBar>
      {images.length > 0 && (
        <div className={cx(selection.active && 'pb-20')}>
          <ImageGrid label={t`Images in the trash`} images={images} focusIndex={focusIndex} tile={(image, isTabStop) => (
            <TrashTile key={image.id} isSelected={selection.ids.has(image.id)} onToggle={selection.toggle} trashDays={trashDays} {...{ image, isTabStop }} />
          )} />
          <Sentinel hasMore={list.hasNextPage} busy={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
        </div>
      )}
      <ConfirmDialog open={asking !== null} onOpenChange={() => setAsking(null)} busy={isBusy} onConfirm={() => void purge()} action={asking === 'all' ? t`Empty the trash` : t`Delete for good`}
        title={asking === 'all' ? t`Empty the trash?` : t`Delete for good?`}
        description={asking === 'all' ? t`Everything in the trash is deleted, with its prompts. This cannot be undone.` : <Trans><Plural value={selection.ids.size} one="# image is" other="# images are" /> deleted with the prompt and every size. This cannot be undone.</Trans>} />
    </Page>
  );
}
