import { useLingui } from '@lingui/react/macro';
import type { Generation } from '@rendermart/contract';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { ListEnd } from '../../data/ListEnd.tsx';
import { Skeleton } from '../../ui/index.ts';
import { FirstRun } from './FirstRun.tsx';
import { GenerationCard } from './GenerationCard.tsx';
import { Milestones } from './Milestones.tsx';
import type { Follow } from './use-follow.ts';
import type { Generations } from './use-generations.ts';
import type { Studio } from './use-studio.ts';

/** What was asked for, newest first: waiting, being drawn, done. */
export function Feed({ list, studio, follow }: { list: Generations; studio: Studio; follow: Follow }) {
  const { t } = useLingui();
  const { generations, isPending, error, refetch } = list;
  const takeOver = (generation: Generation) =>
    void follow(generation, {
      same: t`The settings are taken over.`,
      other: t`The settings are taken over; the model is not available, so another one stands in.`,
    });
  return (
    <section aria-label={t`Generations`} className="mx-auto flex w-full max-w-6xl flex-1 flex-col px-4 pt-5 pb-8 md:px-6">
      {error && generations.length === 0 && <FailureNotice error={error} onRetry={() => void refetch()} />}
      {isPending && !error && <FeedSkeleton />}
      {!isPending && !error && generations.length === 0 && <FirstRun studio={studio} />}
      <ol className="grid gap-4">
        {generations.map((generation) => (
          <GenerationCard key={generation.id} generation={generation} onFollow={() => takeOver(generation)} />
        ))}
      </ol>
      <ListEnd list={list} />
      <Milestones generations={generations} />
    </section>
  );
}

function FeedSkeleton() {
  const { t } = useLingui();
  return (
    <div role="status" aria-label={t`Loading`} className="grid gap-4">
      {[0, 1, 2].map((key) => (
        <Skeleton key={key} className="h-72 rounded-3xl" />
      ))}
    </div>
  );
}
