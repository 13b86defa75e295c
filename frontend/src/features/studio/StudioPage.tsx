import { Trans, useLingui } from '@lingui/react/macro';
import type { Model } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Shapes } from 'lucide-react';
import { Suspense, lazy, useState } from 'react';
import { paths } from '../../app/paths.ts';
import { useAccount } from '../../app/session.ts';
import { usePageTitle } from '../../app/title.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { modelsQuery } from '../../data/queries.ts';
import { EmptyState, PageSkeleton, buttonClass } from '../../ui/index.ts';
import { Feed } from './Feed.tsx';
import { PromptBar } from './PromptBar.tsx';
import { Summary } from './Summary.tsx';
import { useFollow } from './use-follow.ts';
import { useGenerations } from './use-generations.ts';
import { useRecipeFromAddress } from './use-recipe-from-address.ts';
import { useSourceUpload } from './use-source-upload.ts';
import { useStudio } from './use-studio.ts';
import { useWideWindow } from './use-wide-window.ts';

const SettingsPanel = lazy(() => import('./SettingsPanel.tsx').then((module) => ({ default: module.SettingsPanel })));
const SettingsSheet = lazy(() => import('./SettingsSheet.tsx').then((module) => ({ default: module.SettingsSheet })));

/** From a prompt to a picture: the pictures above, the prompt at the bottom, the settings at the side. */
export function StudioPage() {
  const { t } = useLingui();
  const { data: models, error, refetch } = useQuery(modelsQuery);
  usePageTitle(t`Studio`);
  if (error && !models)
    return (
      <div className="mx-auto w-full max-w-xl p-6">
        <h1 className="sr-only">{t`Studio`}</h1>
        <FailureNotice error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (!models) return <PageSkeleton />;
  return models.length === 0 ? <NoModel /> : <Studio models={models} />;
}

function Studio({ models }: { models: readonly Model[] }) {
  const { t } = useLingui();
  const studio = useStudio(models);
  const list = useGenerations();
  const isWide = useWideWindow();
  const [isSheetOpen, setSheetOpen] = useState(false);
  const upload = useSourceUpload(studio, isWide || isSheetOpen);
  const follow = useFollow(studio, upload);
  useRecipeFromAddress(studio, upload, follow);
  const panel = { studio, upload, lastSeed: list.generations[0]?.seed ?? null };
  return (
    <div className="flex flex-1 items-stretch">
      <div className="flex min-w-0 flex-1 flex-col">
        <h1 className="sr-only">{t`Studio`}</h1>
        <Feed list={list} studio={studio} follow={follow} />
        <PromptBar
          studio={studio}
          isSending={upload.isPending}
          onSettings={() => setSheetOpen(true)}
          summary={<Summary studio={studio} />}
        />
      </div>
      {isWide ? (
        <aside
          aria-label={t`Settings`}
          className="sticky top-0 h-dvh w-80 shrink-0 overflow-y-auto border-l border-line bg-surface p-5"
        >
          <h2 className="sr-only">{t`Settings`}</h2>
          <Suspense>
            <SettingsPanel {...panel} />
          </Suspense>
        </aside>
      ) : (
        isSheetOpen && (
          <Suspense>
            <SettingsSheet {...panel} onClose={() => setSheetOpen(false)} />
          </Suspense>
        )
      )}
    </div>
  );
}

function NoModel() {
  const { t } = useLingui();
  const isAdministrator = useAccount()?.role === 'administrator';
  return (
    <>
      <h1 className="sr-only">{t`Studio`}</h1>
      <EmptyState
        icon={<Shapes />}
        title={t`No model is switched on`}
        actions={isAdministrator && <Link to={paths.adminModels} className={buttonClass('primary')}>{t`Choose the models`}</Link>}
      >
        {isAdministrator ? (
          <Trans>Switch on a model, and everybody can draw with it.</Trans>
        ) : (
          <Trans>An administrator has to switch on a model first.</Trans>
        )}
      </EmptyState>
    </>
  );
}
