import { useLingui } from '@lingui/react/macro';
import { auditActs } from '@rendermart/contract';
import type { AuditAct, AuditEntry } from '@rendermart/contract';
import { usePersonName } from '../../data/person-name.ts';
import { Button, DayField, SearchField, Select } from '../../ui/index.ts';
import { useActNames } from './audit-words.ts';

/** What to look for; empty text is no filter. */
export interface AuditFilter {
  q: string;
  act: AuditAct | '';
  actorId: string;
  from: string;
  to: string;
}
export const noFilters: AuditFilter = { q: '', act: '', actorId: '', from: '', to: '' };

/** Every filter is at work as soon as it is set. */
export function AuditFilters({
  filters,
  actors,
  onChange,
}: {
  filters: AuditFilter;
  actors: readonly AuditEntry['actor'][];
  onChange: (filters: AuditFilter) => void;
}) {
  const { t } = useLingui();
  const names = useActNames();
  const nameOf = usePersonName();
  const change = (patch: Partial<AuditFilter>) => {
    const next = { ...filters, ...patch };
    onChange(Object.values(next).every((value) => value === '') ? noFilters : next);
  };
  const acts = [
    { value: '' as AuditAct | '', label: t`Everything` },
    ...auditActs.map((act) => ({ value: act, label: names[act] })),
  ];
  const people = [{ value: '', label: t`Everybody` }, ...actors.map((actor) => ({ value: actor.id, label: nameOf(actor) }))];
  return (
    <div className="grid gap-3 pb-2">
      <SearchField label={t`Search by name or reason`} value={filters.q} onChange={(q) => change({ q })} className="max-w-md" />
      <div className="grid grid-cols-2 items-end gap-3 lg:grid-cols-[1fr_1fr_10rem_10rem_auto]">
        <Select label={t`What`} value={filters.act} choices={acts} onChange={(act) => change({ act })} />
        <Select label={t`By whom`} value={filters.actorId} choices={people} onChange={(actorId) => change({ actorId })} />
        <DayField label={t`From`} max={filters.to || undefined} value={filters.from} onChange={(from) => change({ from })} />
        <DayField label={t`Until`} min={filters.from || undefined} value={filters.to} onChange={(to) => change({ to })} />
        <Button
          className="max-lg:col-span-2"
          disabled={filters === noFilters}
          onClick={() => onChange(noFilters)}
        >{t`Clear all`}</Button>
      </div>
    </div>
  );
}
