import { Trans, useLingui } from '@lingui/react/macro';
import type { AuditEntry } from '@rendermart/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { usePageTitle } from '../../app/title.ts';
import { FailureNotice } from '../../data/FailureNotice.tsx';
import { useFormat } from '../../data/format.ts';
import { ListEnd } from '../../data/ListEnd.tsx';
import { usePersonName } from '../../data/person-name.ts';
import { Section, Skeleton } from '../../ui/index.ts';
import { AuditFilters, noFilters } from './AuditFilters.tsx';
import { useActNames, useFieldNames } from './audit-words.ts';
import { auditQuery } from './queries.ts';

/** Everything that administrators did, newest first. Nobody can change or delete a line of it. */
export function AuditPage() {
  const { t } = useLingui();
  const [filters, setFilters] = useState(noFilters);
  const list = useInfiniteQuery(auditQuery(filters));
  const entries = list.data?.pages.flatMap((page) => page.items);
  usePageTitle(t`Audit log`);
  return (
    <div className="max-w-6xl">
      <Section
        title={t`Audit log`}
        description={t`What administrators did, when and why. Nobody can change or delete a line of it.`}
      >
        <AuditFilters filters={filters} actors={list.data?.pages[0]?.actors ?? []} onChange={setFilters} />
        {list.isError && !entries && <FailureNotice error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending && (
          <div role="status" aria-label={t`Loading`}>
            <Skeleton className="h-64 rounded-2xl" />
          </div>
        )}
        {entries?.length === 0 && (
          <p className="rounded-2xl border border-line bg-surface px-5 py-6 text-muted">
            {filters === noFilters ? t`Nothing was done yet.` : t`Nothing fits these filters.`}
          </p>
        )}
        {entries && entries.length > 0 && (
          <ul aria-label={t`Audit log`} className="divide-y divide-line rounded-2xl border border-line bg-surface">
            {entries.map((entry) => (
              <EntryRow key={entry.id} entry={entry} />
            ))}
          </ul>
        )}
        <ListEnd list={list} />
      </Section>
    </div>
  );
}

function EntryRow({ entry }: { entry: AuditEntry }) {
  const act = useActNames()[entry.act];
  const format = useFormat();
  const nameOf = usePersonName();
  return (
    <li className="grid gap-x-6 gap-y-1 px-5 py-3.5 sm:grid-cols-[minmax(0,1fr)_auto]">
      <div className="grid min-w-0 gap-1">
        <p className="break-words">
          <span className="font-semibold">{act}</span>
          {entry.name && <span className="text-muted"> · {entry.name}</span>}
        </p>
        <Changes entry={entry} />
        {entry.reason && (
          <p className="break-words text-muted">
            <Trans>Reason: {entry.reason}</Trans>
          </p>
        )}
      </div>
      <p className="text-sm text-muted sm:text-right">
        <span className="font-medium text-ink">{nameOf(entry.actor)}</span>
        <br className="max-sm:hidden" />
        <span className="sm:hidden"> · </span>
        <time dateTime={entry.createdAt}>{format.dateTime(entry.createdAt)}</time>
      </p>
    </li>
  );
}

function Changes({ entry: { changes } }: { entry: AuditEntry }) {
  const { t } = useLingui();
  const { fieldName, valueText } = useFieldNames();
  if (changes.length === 0) return null;
  return (
    <ul className="grid gap-0.5 text-sm">
      {changes.map(({ field, from, to }) => {
        const [name, before, after] = [fieldName(field), valueText(field, from), valueText(field, to)];
        return (
          <li key={field} className="break-words">
            {after === null ? t`${name}: changed` : before === null ? t`${name}: ${after}` : t`${name}: ${before} → ${after}`}
          </li>
        );
      })}
    </ul>
  );
}
