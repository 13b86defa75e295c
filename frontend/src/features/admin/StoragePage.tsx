import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { StorageReport } from '@rendermart/contract';
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { usePageTitle } from '../../app/title.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFormat } from '../../data/format.ts';
import { Figures, FiguresSkeleton, Section, Skeleton, Table } from '../../ui/index.ts';
import { storageQuery } from './queries.ts';
import { isSpaceLow, roomForImages } from './storage-rules.ts';

export function StoragePage() {
  const { t } = useLingui();
  const { data, error, refetch } = useQuery(storageQuery);
  usePageTitle(t`Storage`);
  if (!data)
    return error ? (
      <FailureNotice error={error} onRetry={() => void refetch()} />
    ) : (
      <div role="status" aria-label={t`Loading`} className="grid max-w-6xl gap-10">
        <FiguresSkeleton />
        <Skeleton className="h-40 rounded-2xl" />
      </div>
    );
  return (
    <div className="grid max-w-6xl gap-10">
      {isSpaceLow(data.freeBytes) && <LowSpace freeBytes={data.freeBytes} />}
      <Section
        title={t`Storage`}
        description={data.driver === 's3' ? t`Images are kept in an S3 bucket.` : t`Images are kept in a folder of the server.`}
      >
        <Totals report={data} />
      </Section>
      <Section title={t`By person`}>
        <ByPerson report={data} />
      </Section>
    </div>
  );
}

function LowSpace({ freeBytes }: { freeBytes: number }) {
  const { t } = useLingui();
  const free = useFormat().bytes(freeBytes);
  return (
    <div role="alert" className="flex gap-3 rounded-2xl bg-warn-wash p-4 text-warn">
      <TriangleAlert aria-hidden className="mt-0.5 size-5 shrink-0" />
      <p>
        <strong className="font-semibold">{t`Only ${free} are free.`}</strong>{' '}
        <Trans>
          When nothing is left, new images cannot be stored and generations fail. Make room on the disk, or move the storage to a
          larger one.
        </Trans>
      </p>
    </div>
  );
}

function Totals({ report }: { report: StorageReport }) {
  const { t } = useLingui();
  const format = useFormat();
  const room = roomForImages(report);
  const trashed = report.trashedImages;
  return (
    <Figures
      figures={[
        { label: t`Images`, value: format.number(report.images) },
        { label: t`Space used`, value: format.bytes(report.sizeBytes) },
        {
          label: t`In the trash`,
          value: format.bytes(report.trashedBytes),
          note: <Plural value={trashed} _0="No images" one="# image" other="# images" />,
        },
        {
          label: t`Free space`,
          value: report.freeBytes === null ? t`As much as you pay for` : format.bytes(report.freeBytes),
          tone: isSpaceLow(report.freeBytes) ? 'bad' : undefined,
          note: room !== null && <Plural value={room} one="Room for about # more image" other="Room for about # more images" />,
        },
      ]}
    />
  );
}

function ByPerson({ report }: { report: StorageReport }) {
  const { t } = useLingui();
  const format = useFormat();
  const most = Math.max(1, ...report.byPerson.map(({ sizeBytes }) => sizeBytes));
  return (
    <Table
      label={t`By person`}
      rows={report.byPerson}
      keyOf={(person) => person.id}
      empty={t`Nobody has images yet.`}
      columns={[
        { label: t`Name`, cell: (person) => person.name },
        { label: t`Images`, isNumber: true, cell: (person) => format.number(person.images) },
        { label: t`Space used`, isNumber: true, cell: (person) => format.bytes(person.sizeBytes) },
        {
          label: t`Compared`,
          className: 'w-1/3 max-sm:hidden',
          cell: (person) => (
            <div aria-hidden className="h-2 overflow-hidden rounded-full bg-ink/7">
              <div className="h-full rounded-full bg-ink/60" style={{ width: `${(person.sizeBytes / most) * 100}%` }} />
            </div>
          ),
        },
      ]}
    />
  );
}
