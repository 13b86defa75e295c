import { Plural, useLingui } from '@lingui/react/macro';
import type { Collection } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { FolderPlus } from 'lucide-react';
import { useState } from 'react';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { Button, Dialog, Skeleton } from '../../ui/index.ts';
import { CollectionForm } from './CollectionForm.tsx';
import { Covers } from './Covers.tsx';
import { collectionsQuery } from './images.ts';

interface PickCollectionDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  count: number;
  onPick: (collection: Collection) => void;
}

/** Where to put what is selected: one of the collections, or a new one. */
export function PickCollectionDialog({ open, onOpenChange, count, onPick }: PickCollectionDialogProps) {
  const { t } = useLingui();
  const [isNew, setNew] = useState(false);
  const { data, error, refetch } = useQuery({ ...collectionsQuery, enabled: open });
  const isForm = isNew || data?.length === 0;
  const change = (next: boolean) => {
    setNew(false);
    onOpenChange(next);
  };
  return (
    <Dialog
      title={t`Add to a collection`}
      description={<Plural value={count} one="# image" other="# images" />}
      open={open}
      onOpenChange={change}
    >
      <div className="grid gap-3">
        {error && <FailureNotice error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton className="h-32" />}
        {isForm ? (
          <CollectionForm
            submit={t`Create and add`}
            onSaved={(collection) => {
              setNew(false);
              onPick(collection);
            }}
          />
        ) : (
          <>
            <ul aria-label={t`Collections`} className="-mx-2 grid">
              {data?.map((collection) => (
                <li key={collection.id}>
                  <button
                    type="button"
                    onClick={() => onPick(collection)}
                    className="flex w-full items-center gap-3 rounded-xl p-2 text-left -outline-offset-2 hover:bg-ink/7"
                  >
                    <Covers ids={collection.coverIds} className="size-12 shrink-0 rounded-lg" />
                    <span className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)]">
                      <span className="truncate font-semibold">{collection.name}</span>
                      <span className="text-sm text-muted">
                        <Plural value={collection.images} _0="Empty" one="# image" other="# images" />
                      </span>
                    </span>
                  </button>
                </li>
              ))}
            </ul>
            {data && (
              <Button
                icon={<FolderPlus aria-hidden className="size-[18px]" />}
                onClick={() => setNew(true)}
              >{t`New collection`}</Button>
            )}
          </>
        )}
      </div>
    </Dialog>
  );
}
