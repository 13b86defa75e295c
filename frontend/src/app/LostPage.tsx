import { Trans, useLingui } from '@lingui/react/macro';
import { Link, useRouter } from '@tanstack/react-router';
import { Compass, Unplug } from 'lucide-react';
import { isFailure } from '../data/client.ts';
import { FailureNotice } from '../data/FailureNotice.tsx';
import { Button, EmptyState, buttonClass } from '../ui/index.ts';
import { paths } from './paths.ts';
import { usePageTitle } from './title.ts';

/** What stands in place of a page that could not be drawn. */
export function LostPage({ error }: { error: unknown }) {
  const { t } = useLingui();
  const router = useRouter();
  const retry = () => void router.invalidate();
  usePageTitle(t`Something is wrong`);
  if (isFailure(error, 'unreachable', 'unavailable')) {
    return (
      <main className="grid min-h-[70dvh] place-items-center">
        <EmptyState
          heading="h1"
          icon={<Unplug />}
          title={t`RenderMart cannot be reached`}
          actions={<Button tone="primary" onClick={retry}>{t`Try again`}</Button>}
        >
          <Trans>
            The server does not answer. It may be starting, or your connection is interrupted. Nothing of yours is lost.
          </Trans>
        </EmptyState>
      </main>
    );
  }
  // A page of an older version asks for files that a new one has replaced: loading it afresh is the cure.
  const isStale = /dynamically imported module|Importing a module script failed/.test(String(error));
  if (isStale) {
    return (
      <main className="grid min-h-[70dvh] place-items-center">
        <EmptyState
          heading="h1"
          icon={<Compass />}
          title={t`This page could not be loaded`}
          actions={<Button tone="primary" onClick={() => location.reload()}>{t`Load it again`}</Button>}
        >
          <Trans>RenderMart was updated, or the connection was interrupted.</Trans>
        </EmptyState>
      </main>
    );
  }
  return (
    <main className="mx-auto grid max-w-xl gap-4 p-6 pt-24">
      <h1 className="text-2xl font-semibold">{t`Something is wrong`}</h1>
      <FailureNotice error={error} onRetry={retry} />
    </main>
  );
}

export function NotFoundPage() {
  const { t } = useLingui();
  usePageTitle(t`Nothing here`);
  return (
    <EmptyState
      heading="h1"
      icon={<Compass />}
      title={t`There is nothing here`}
      actions={<Link to={paths.studio} className={buttonClass('primary')}>{t`Go to the studio`}</Link>}
    >
      <Trans>The address may be mistyped, or what was here was removed or is not yours.</Trans>
    </EmptyState>
  );
}
