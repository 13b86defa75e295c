import { useLingui } from '@lingui/react/macro';
import type { Collection, Image } from '@rendermart/contract';
import { Download, FolderMinus, FolderPlus, Heart, HeartOff, ListChecks, Trash2 } from 'lucide-react';
import { Suspense, lazy, useState } from 'react';
import type { ReactNode } from 'react';
import { Button, IconButton } from '../../ui/index.ts';
import { SelectionBar } from './SelectionBar.tsx';
import type { Selection } from './selection.ts';
import { useImageActions } from './use-image-actions.ts';

const PickCollectionDialog = lazy(() =>
  import('./PickCollectionDialog.tsx').then((module) => ({ default: module.PickCollectionDialog })),
);

interface GallerySelectionProps {
  selection: Selection;
  images: readonly Image[];
  collection: Collection | undefined;
  onDone: () => void;
}

/** Everything that can be done with many images at once. */
export function GallerySelection({ selection, images, collection, onDone }: GallerySelectionProps) {
  const { t } = useLingui();
  const actions = useImageActions();
  // Null until it is first opened: only then is its code fetched.
  const [isPicking, setPicking] = useState<boolean | null>(null);
  const { ids } = selection;
  const chosen = images.filter((image) => ids.has(image.id));
  const allFavourite = chosen.length > 0 && chosen.every((image) => image.favourite);
  const isEmpty = ids.size === 0;
  const finish = (act: Promise<boolean>) => {
    selection.clear();
    void act.then(onDone);
  };
  return (
    <>
      <SelectionBar selection={selection}>
        <Act label={t`Select all that are shown`} icon={<ListChecks aria-hidden />} onClick={selection.selectAll} />
        <Act
          disabled={isEmpty}
          label={allFavourite ? t`No longer favourites` : t`Make favourites`}
          icon={allFavourite ? <HeartOff aria-hidden /> : <Heart aria-hidden />}
          onClick={() => finish(actions.favourite(ids, !allFavourite))}
        />
        <Act
          disabled={isEmpty}
          label={t`Add to a collection`}
          icon={<FolderPlus aria-hidden />}
          onClick={() => setPicking(true)}
        />
        {collection && (
          <Act
            disabled={isEmpty}
            label={t`Take out of ${collection.name}`}
            icon={<FolderMinus aria-hidden />}
            onClick={() => finish(actions.takeOutOf(collection, ids))}
          />
        )}
        <Act disabled={isEmpty} label={t`Download`} icon={<Download aria-hidden />} onClick={() => void actions.download(ids)} />
        <Button
          tone="danger"
          disabled={isEmpty}
          aria-label={t`Move to the trash`}
          icon={<Trash2 aria-hidden className="size-[18px]" />}
          onClick={() => finish(actions.trash(ids))}
          className="px-3!"
        >
          <span className="max-lg:hidden">{t`Move to the trash`}</span>
        </Button>
      </SelectionBar>
      {isPicking !== null && (
        <Suspense>
          <PickCollectionDialog
            open={isPicking}
            onOpenChange={setPicking}
            count={ids.size}
            onPick={(picked) => {
              setPicking(false);
              finish(actions.putInto(picked, ids));
            }}
          />
        </Suspense>
      )}
    </>
  );
}

function Act(props: { label: string; icon: ReactNode; disabled?: boolean; onClick: () => void }) {
  return <IconButton {...props} />;
}
