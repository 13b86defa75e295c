import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { Boxes, Download, Plus } from 'lucide-react';
import { Suspense, lazy, useState } from 'react';
import { usePageTitle } from '../../app/title.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { Button, EmptyState, Section, Skeleton } from '../../ui/index.ts';
import { AddingOff } from './AddingOff.tsx';
import { DownloadList } from './DownloadList.tsx';
import { ModelCard } from './ModelCard.tsx';
import { adminModelsQuery } from './queries.ts';
import { useDownloads } from './use-downloads.ts';

const FetchModelDialog = lazy(() => import('./FetchModelDialog.tsx').then((module) => ({ default: module.FetchModelDialog })));
const AddModelDialog = lazy(() => import('./AddModelDialog.tsx').then((module) => ({ default: module.AddModelDialog })));

export function ModelsPage() {
  const { t } = useLingui();
  // Null until it is first opened: only then is its code fetched.
  const [isAdding, setAdding] = useState<boolean | null>(null);
  const [isFetching, setFetching] = useState<boolean | null>(null);
  const downloads = useDownloads();
  const { data, error, refetch } = useQuery(adminModelsQuery);
  usePageTitle(t`Models`);
  const add = (
    <>
      {downloads?.canAdd && (
        <Button
          icon={<Download aria-hidden className="size-[18px]" />}
          onClick={() => setFetching(true)}
        >{t`Fetch a model`}</Button>
      )}
      <Button icon={<Plus aria-hidden className="size-[18px]" />} onClick={() => setAdding(true)}>{t`Add a model`}</Button>
    </>
  );
  return (
    <div className="grid max-w-6xl gap-10">
      <Section
        title={t`Models`}
        description={t`What people can draw with. The studio shows the settings that a model has.`}
        actions={data && add}
      >
        {downloads?.canAdd === false && <AddingOff folder={downloads.modelsFolder} />}
        {error && <FailureNotice error={error} onRetry={() => void refetch()} />}
        {!data && !error && (
          <div role="status" aria-label={t`Loading`} className="grid gap-4">
            {[0, 1].map((key) => (
              <Skeleton key={key} className="h-44 rounded-3xl" />
            ))}
          </div>
        )}
        {data?.items.length === 0 && (
          <EmptyState
            icon={<Boxes />}
            title={t`There is no model yet`}
            actions={add}
          >{t`Add one to let people draw.`}</EmptyState>
        )}
        {data && data.items.length > 0 && (
          <ul aria-label={t`Models`} className="grid gap-4">
            {data.items.map((model) => (
              <ModelCard key={model.id} model={model} models={data.items} />
            ))}
          </ul>
        )}
      </Section>
      {downloads && downloads.items.length > 0 && (
        <Section title={t`Fetched models`} description={t`Models that were downloaded or imported, with the space they take.`}>
          <DownloadList downloads={downloads.items} />
        </Section>
      )}
      {downloads && isFetching !== null && (
        <Suspense>
          <FetchModelDialog open={isFetching} onOpenChange={setFetching} list={downloads} />
        </Suspense>
      )}
      {data && isAdding !== null && (
        <Suspense>
          <AddModelDialog open={isAdding} onOpenChange={setAdding} engines={data.engines} />
        </Suspense>
      )}
    </div>
  );
}
