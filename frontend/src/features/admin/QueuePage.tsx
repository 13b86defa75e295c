import { useLingui } from '@lingui/react/macro';
import type { QueueReport } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { usePageTitle } from '../../app/title.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFormat } from '../../data/format.ts';
import { Figures, FiguresSkeleton, Section, Skeleton, Table } from '../../ui/index.ts';
import { durationText } from './duration.ts';
import { queueQuery } from './queries.ts';
import { runsOn } from './runs-on.ts';

export function QueuePage() {
  const { t } = useLingui();
  const { data, error, refetch } = useQuery(queueQuery);
  usePageTitle(t`Queue`);
  if (!data) return error ? <FailureNotice error={error} onRetry={() => void refetch()} /> : <QueueSkeleton />;
  return (
    <div className="grid max-w-6xl gap-10">
      {data.workers.length === 0 && <NoWorker />}
      <Section title={t`Last hour`} description={t`This page stays up to date by itself.`}>
        <LastHour report={data} />
      </Section>
      <Section title={t`Models`}>
        <ModelDepths report={data} />
      </Section>
      <Section
        title={t`People`}
        description={t`Who waits now. Everybody gets their share, however many images they have asked for.`}
      >
        <PeopleDepths report={data} />
      </Section>
      <Section title={t`Workers`}>
        <Workers report={data} />
      </Section>
    </div>
  );
}

function NoWorker() {
  const { t } = useLingui();
  return (
    <p role="status" className="flex gap-3 rounded-2xl bg-warn-wash p-4 font-medium text-warn">
      <TriangleAlert aria-hidden className="size-5 shrink-0" />
      {t`No worker is running. What people ask for waits until one is started.`}
    </p>
  );
}

function LastHour({ report: { lastHour } }: { report: QueueReport }) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  const span = (ms: number | null) => (ms === null ? '–' : durationText(ms, i18n.locale));
  const slowest = lastHour.waitP95Ms === null ? null : span(lastHour.waitP95Ms);
  return (
    <Figures
      figures={[
        { label: t`Succeeded`, value: format.number(lastHour.succeeded) },
        { label: t`Failed`, value: format.number(lastHour.failed), tone: lastHour.failed > 0 ? 'bad' : undefined },
        { label: t`Usual wait`, value: span(lastHour.waitP50Ms), note: slowest && t`95 of 100 under ${slowest}` },
        { label: t`Usual drawing time`, value: span(lastHour.runP50Ms) },
      ]}
    />
  );
}

function ModelDepths({ report }: { report: QueueReport }) {
  const { t, i18n } = useLingui();
  const format = useFormat();
  return (
    <Table
      label={t`Models`}
      rows={report.models}
      keyOf={(model) => model.modelId}
      empty={t`There is no model yet.`}
      columns={[
        { label: t`Model`, cell: (model) => model.name },
        { label: t`Waiting`, isNumber: true, cell: (model) => format.number(model.queued) },
        { label: t`Running`, isNumber: true, cell: (model) => format.number(model.running) },
        {
          label: t`Oldest waits`,
          isNumber: true,
          cell: (model) => (model.oldestQueuedMs === null ? '–' : durationText(model.oldestQueuedMs, i18n.locale)),
        },
      ]}
    />
  );
}

function PeopleDepths({ report }: { report: QueueReport }) {
  const { t } = useLingui();
  const format = useFormat();
  return (
    <Table
      label={t`People`}
      rows={report.people}
      keyOf={(person) => person.id}
      empty={t`Nobody waits at the moment.`}
      columns={[
        { label: t`Name`, cell: (person) => person.name },
        { label: t`Share of the queue`, isNumber: true, cell: (person) => format.number(person.weight) },
        { label: t`Waiting`, isNumber: true, cell: (person) => format.number(person.queued) },
        { label: t`Running`, isNumber: true, cell: (person) => format.number(person.running) },
      ]}
    />
  );
}

function Workers({ report }: { report: QueueReport }) {
  const { t } = useLingui();
  const format = useFormat();
  return (
    <Table
      label={t`Workers`}
      rows={report.workers}
      keyOf={(worker) => worker.id}
      empty={t`No worker is running.`}
      columns={[
        { label: t`Worker`, cell: (worker) => <code className="font-mono text-[13px] whitespace-nowrap">{worker.id}</code> },
        { label: t`Engines`, cell: (worker) => worker.engines.join(', ') },
        { label: t`Models in memory`, cell: (worker) => <LoadedModels models={worker.loaded} /> },
        {
          label: t`Busy`,
          isNumber: true,
          cell: (worker) => `${format.number(worker.running)} / ${format.number(worker.capacity)}`,
        },
        {
          label: t`Started`,
          isNumber: true,
          cell: (worker) => <span title={format.dateTime(worker.startedAt)}>{format.ago(worker.startedAt)}</span>,
        },
        {
          label: t`Last heard of`,
          isNumber: true,
          cell: (worker) => <span title={format.dateTime(worker.lastSeenAt)}>{format.ago(worker.lastSeenAt)}</span>,
        },
      ]}
    />
  );
}

/** Each with what onnxruntime really runs it on, which may be less than was asked for. */
function LoadedModels({ models }: { models: QueueReport['workers'][number]['loaded'] }) {
  if (models.length === 0) return '–';
  return (
    <ul>
      {models.map((one) => (
        <li key={`${one.engine}/${one.model}`} className="whitespace-nowrap">
          {one.model} <span className="text-muted">({runsOn(one)})</span>
        </li>
      ))}
    </ul>
  );
}

function QueueSkeleton() {
  const { t } = useLingui();
  return (
    <div role="status" aria-label={t`Loading`} className="grid max-w-6xl gap-10">
      <FiguresSkeleton />
      <Skeleton className="h-40 rounded-2xl" />
      <Skeleton className="h-40 rounded-2xl" />
    </div>
  );
}
