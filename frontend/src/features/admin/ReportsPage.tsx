import { Trans, useLingui } from '@lingui/react/macro';
import type { Report } from '@rendermart/contract';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { paths } from '../../app/paths.ts';
import { usePageTitle } from '../../app/title.ts';
import { client } from '../../data/client.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFormat } from '../../data/format.ts';
import { ListEnd } from '../../data/ListEnd.tsx';
import { usePersonName } from '../../data/person-name.ts';
import { previewUrl } from '../../data/market.ts';
import { useMarketWords } from '../../data/market-words.ts';
import { Badge, Button, Section, Skeleton, notify } from '../../ui/index.ts';
import { reportsQuery } from './money-queries.ts';
import { ReasonDialog } from './ReasonDialog.tsx';

type Decision = 'hide' | 'dismiss' | 'restore';

/** What people say is wrong on the market, the open ones first. */
export function ReportsPage() {
  const { t } = useLingui();
  const [open, setOpen] = useState<{ report: Report; decision: Decision } | null>(null);
  const list = useInfiniteQuery(reportsQuery);
  const reports = list.data?.pages.flatMap((page) => page.items);
  usePageTitle(t`Reports`);
  return (
    <div className="max-w-6xl">
      <Section
        title={t`Reports`}
        description={t`What people say is wrong on the market. Reporter and seller are told what you decide, and why.`}
      >
        {list.isError && !reports && <FailureNotice error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending && (
          <div role="status" aria-label={t`Loading`} className="grid gap-3">
            {[0, 1].map((key) => (
              <Skeleton key={key} className="h-36 rounded-2xl" />
            ))}
          </div>
        )}
        {reports?.length === 0 && (
          <p className="rounded-2xl border border-line bg-surface px-5 py-6 text-muted">{t`Nobody has reported anything.`}</p>
        )}
        {reports && reports.length > 0 && (
          <ul aria-label={t`Reports`} className="grid gap-3">
            {reports.map((report) => (
              <ReportRow key={report.id} report={report} onDecide={(decision) => setOpen({ report, decision })} />
            ))}
          </ul>
        )}
        <ListEnd list={list} />
      </Section>
      {open && <DecisionDialog {...open} onClose={() => setOpen(null)} />}
    </div>
  );
}

function ReportRow({ report, onDecide }: { report: Report; onDecide: (decision: Decision) => void }) {
  const { t } = useLingui();
  const words = useMarketWords();
  const format = useFormat();
  const { listing, reporter } = report;
  const nameOf = usePersonName();
  const states = {
    open: <Badge tone="warn">{t({ message: 'Open', context: 'state of a report' })}</Badge>,
    hidden: <Badge tone="bad">{t`Listing hidden`}</Badge>,
    dismissed: <Badge>{t`Dismissed`}</Badge>,
  };
  const when = format.dateTime(report.createdAt);
  return (
    <li className="grid gap-4 rounded-2xl border border-line bg-surface p-4 sm:grid-cols-[auto_minmax(0,1fr)_auto]">
      <img
        src={previewUrl(listing.id, '320')}
        alt=""
        width="96"
        height="96"
        loading="lazy"
        className="size-24 rounded-xl bg-ink/7 object-cover"
      />
      <div className="grid min-w-0 content-start gap-1">
        <p className="flex flex-wrap items-center gap-2">
          <Link
            to={paths.listing}
            params={{ id: listing.id }}
            className="target font-semibold underline decoration-line-strong underline-offset-4"
          >
            {listing.title}
          </Link>
          {states[report.state]}
        </p>
        <p className="font-medium">{words.reason(report.reason)}</p>
        {report.text && <p className="break-words whitespace-pre-line">{report.text}</p>}
        <p className="text-sm text-muted">
          <Trans>
            Reported by {nameOf(reporter)}, {when}. Sold by {nameOf(listing.seller)}.
          </Trans>
        </p>
        {report.decision && (
          <p className="text-sm text-muted">
            <Trans>Decision: {report.decision}</Trans>
          </p>
        )}
      </div>
      <div className="flex flex-wrap content-start gap-2 sm:flex-col">
        {report.state === 'open' && (
          <>
            <Button size="small" tone="danger" onClick={() => onDecide('hide')}>{t`Hide the listing`}</Button>
            <Button size="small" onClick={() => onDecide('dismiss')}>
              {t({ message: 'Dismiss', context: 'a report' })}
            </Button>
          </>
        )}
        {report.state !== 'open' && listing.moderated && (
          <Button size="small" onClick={() => onDecide('restore')}>
            {listing.state === 'hidden' ? t`Show it again` : t`Allow it again`}
          </Button>
        )}
      </div>
    </li>
  );
}

function DecisionDialog({ report, decision, onClose }: { report: Report; decision: Decision; onClose: () => void }) {
  const { t } = useLingui();
  const queryClient = useQueryClient();
  const { title, state } = report.listing;
  const texts = {
    hide: {
      title: t`Hide “${title}”?`,
      description: t`It leaves the market at once. Who has bought it keeps it.`,
      action: t`Hide the listing`,
      done: t`“${title}” is hidden`,
    },
    dismiss: {
      title: t`Dismiss the report about “${title}”?`,
      description: t`The listing stays on the market.`,
      action: t({ message: 'Dismiss', context: 'a report' }),
      done: t`The report was dismissed`,
    },
    restore:
      state === 'hidden'
        ? {
            title: t`Show “${title}” again?`,
            description: t`It goes back on the market.`,
            action: t`Show it again`,
            done: t`“${title}” is on the market again`,
          }
        : {
            title: t`Allow “${title}” again?`,
            description: t`The listing has ended. Its image may be offered and published again.`,
            action: t`Allow it again`,
            done: t`“${title}” may be offered again`,
          },
  }[decision];
  const decide = useMutation({
    mutationFn: async (reason: string) => {
      if (decision === 'restore') await client.adminListingRestore({ params: { id: report.listing.id }, body: { reason } });
      else await client.adminReportDecide({ params: { id: report.id }, body: { decision, reason } });
    },
    onSuccess: () => {
      notify({ text: texts.done });
      onClose();
    },
    onSettled: () => {
      for (const queryKey of [['admin', 'reports'], ['listings']]) void queryClient.invalidateQueries({ queryKey });
    },
  });
  return (
    <ReasonDialog
      {...texts}
      danger={decision === 'hide'}
      busy={decide.isPending}
      error={decide.error}
      onDecide={(reason) => decide.mutate(reason)}
      onClose={onClose}
    />
  );
}
