import { Plural, useLingui } from '@lingui/react/macro';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { CheckCheck, ListChecks, RotateCcw, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { usePageTitle } from '../../app/title.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { ListEnd } from '../../data/ListEnd.tsx';
import { setupQuery } from '../../data/queries.ts';
import { Button, EmptyState, IconButton, Page, cx } from '../../ui/index.ts';
import { GalleryTabs } from './GalleryTabs.tsx';
import { GridSkeleton, ImageGrid } from './ImageGrid.tsx';
import { trashQuery } from './images.ts';
import { PurgeDialog } from './PurgeDialog.tsx';
import { SelectionBar } from './SelectionBar.tsx';
import { useSelection } from './selection.ts';
import type { Selection } from './selection.ts';
import { TrashTile } from './TrashTile.tsx';
import { useImageActions } from './use-image-actions.ts';

export function TrashPage() {
  const { t } = useLingui();
  const { restore } = useImageActions();
  const trashDays = useQuery(setupQuery).data?.trashDays;
  const list = useInfiniteQuery(trashQuery);
  const images = list.data?.pages.flatMap((page) => page.items) ?? [];
  const selection = useSelection(images.map((image) => image.id));
  const focusIndex = useRef<(index?: number) => void>(() => {});
  const [asking, setAsking] = useState<'selected' | 'all' | null>(null);
  usePageTitle(t`Trash`);
  const finish = () => {
    setAsking(null);
    selection.clear();
    focusIndex.current();
  };
  return (
    <Page
      title={t`Gallery`}
      actions={
        images.length > 0 && (
          <Actions isSelecting={selection.active} onSelect={selection.begin} onEmpty={() => setAsking('all')} />
        )
      }
    >
      <GalleryTabs />
      {list.isError && images.length === 0 && <FailureNotice error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <GridSkeleton />}
      {list.isSuccess && <Notice isEmpty={images.length === 0} trashDays={trashDays} />}
      <Bar
        selection={selection}
        onRestore={() => void restore(selection.ids).then(finish)}
        onPurge={() => setAsking('selected')}
      />
      {images.length > 0 && (
        <div className={cx(selection.active && 'pb-32 md:pb-20')}>
          <ImageGrid
            label={t`Images in the trash`}
            images={images}
            focusIndex={focusIndex}
            tile={(image, isTabStop) => (
              <TrashTile
                key={image.id}
                isSelected={selection.ids.has(image.id)}
                onToggle={selection.toggle}
                {...{ image, isTabStop, trashDays }}
              />
            )}
          />
          <ListEnd list={list} />
        </div>
      )}
      <PurgeDialog what={asking} ids={selection.ids} onClose={() => setAsking(null)} onDone={finish} />
    </Page>
  );
}

function Actions({ isSelecting, onSelect, onEmpty }: { isSelecting: boolean; onSelect: () => void; onEmpty: () => void }) {
  const { t } = useLingui();
  return (
    <>
      {!isSelecting && <Button icon={<CheckCheck aria-hidden className="size-[18px]" />} onClick={onSelect}>{t`Select`}</Button>}
      <Button tone="danger" onClick={onEmpty}>{t`Empty the trash`}</Button>
    </>
  );
}

/** After how many days things go. The days are an installation's setting. */
function Notice({ isEmpty, trashDays }: { isEmpty: boolean; trashDays: number | undefined }) {
  const { t } = useLingui();
  if (isEmpty) {
    return (
      <EmptyState icon={<Trash2 />} title={t`The trash is empty`}>
        {trashDays !== undefined && (
          <Plural
            value={trashDays}
            one="Images that you delete wait here for # day before they are gone for good."
            other="Images that you delete wait here for # days before they are gone for good."
          />
        )}
      </EmptyState>
    );
  }
  if (trashDays === undefined) return null;
  return (
    <p className="text-muted">
      <Plural
        value={trashDays}
        one="What lies here is deleted for good after # day."
        other="What lies here is deleted for good after # days."
      />
    </p>
  );
}

function Bar({ selection, onRestore, onPurge }: { selection: Selection; onRestore: () => void; onPurge: () => void }) {
  const { t } = useLingui();
  const isNone = selection.ids.size === 0;
  return (
    <SelectionBar selection={selection}>
      <IconButton label={t`Select all`} icon={<ListChecks aria-hidden />} onClick={selection.selectAll} />
      <Button
        disabled={isNone}
        icon={<RotateCcw aria-hidden className="size-[18px]" />}
        className="px-3!"
        onClick={onRestore}
      >{t`Restore`}</Button>
      <Button
        tone="danger"
        disabled={isNone}
        icon={<Trash2 aria-hidden className="size-[18px]" />}
        aria-label={t`Delete for good`}
        className="px-3!"
        onClick={onPurge}
      >
        <span className="max-md:hidden">{t`Delete for good`}</span>
      </Button>
    </SelectionBar>
  );
}
