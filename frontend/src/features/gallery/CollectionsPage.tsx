import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { Collection } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FolderOpen, Plus } from 'lucide-react';
import { useState } from 'react';
import { paths } from '../../app/paths.ts';
import { usePageTitle } from '../../app/title.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { Button, Dialog, EmptyState, Page, Skeleton, notify } from '../../ui/index.ts';
import { CollectionForm } from './CollectionForm.tsx';
import { CollectionMenu } from './CollectionMenu.tsx';
import { Covers } from './Covers.tsx';
import { GalleryTabs } from './GalleryTabs.tsx';
import { collectionsQuery } from './images.ts';

const gridClass = 'grid grid-cols-2 gap-x-4 gap-y-6 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-5 2xl:grid-cols-6';

export function CollectionsPage() {
  const { t } = useLingui();
  const [isNew, setNew] = useState(false);
  const { data, error, refetch } = useQuery(collectionsQuery);
  usePageTitle(t`Collections`);
  const create = (
    <Button
      tone="primary"
      icon={<Plus aria-hidden className="size-[18px]" />}
      onClick={() => setNew(true)}
    >{t`New collection`}</Button>
  );
  return (
    <Page title={t`Gallery`} actions={data && data.length > 0 && create}>
      <GalleryTabs />
      {error && <FailureNotice error={error} onRetry={() => void refetch()} />}
      {!data && !error && (
        <div role="status" aria-label={t`Loading`} className={gridClass}>
          {[0, 1, 2, 3, 4].map((key) => (
            <Skeleton key={key} className="mb-12 aspect-square rounded-2xl" />
          ))}
        </div>
      )}
      {data?.length === 0 && (
        <EmptyState icon={<FolderOpen />} title={t`No collections yet`} actions={create}>
          <Trans>
            A collection keeps images together: a project, a style, a set to send to somebody. An image can be in many.
          </Trans>
        </EmptyState>
      )}
      {data && data.length > 0 && (
        <ul aria-label={t`Collections`} className={gridClass}>
          {data.map((collection) => (
            <CollectionCard key={collection.id} collection={collection} />
          ))}
        </ul>
      )}
      <Dialog title={t`New collection`} open={isNew} onOpenChange={setNew}>
        <CollectionForm
          submit={t`Create`}
          onSaved={({ name }) => {
            setNew(false);
            notify({ text: t`${name} was created` });
          }}
        />
      </Dialog>
    </Page>
  );
}

function CollectionCard({ collection }: { collection: Collection }) {
  return (
    <li className="group relative grid gap-2">
      <Covers ids={collection.coverIds} className="rounded-2xl ring-1 ring-line transition-shadow group-hover:ring-line-strong" />
      <div className="flex items-start justify-between gap-1">
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] px-1">
          <Link
            to={paths.gallery}
            search={{ collectionId: collection.id }}
            className="line-clamp-2 font-semibold after:absolute after:inset-0 after:rounded-2xl focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-offset-2 focus-visible:after:outline-accent-ink"
          >
            {collection.name}
          </Link>
          <span className="text-sm text-muted">
            <Plural value={collection.images} _0="Empty" one="# image" other="# images" />
          </span>
        </div>
        <div className="relative">
          <CollectionMenu collection={collection} />
        </div>
      </div>
    </li>
  );
}
