import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { Skeleton } from './Skeleton.tsx';

export interface Figure {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  tone?: 'bad' | undefined;
}

const gridClass = 'grid grid-cols-2 gap-3 lg:grid-cols-4';

/** A few numbers to read at a glance. */
export function Figures({ figures }: { figures: readonly Figure[] }) {
  return (
    <dl className={gridClass}>
      {figures.map(({ label, value, note, tone }) => (
        <div key={label} className="flex flex-col rounded-2xl border border-line bg-surface p-4">
          <dt className="text-sm font-medium text-muted">{label}</dt>
          <dd className={cx('text-2xl/9 font-semibold tracking-tight tabular-nums', tone === 'bad' && 'text-danger')}>{value}</dd>
          {note && <dd className="text-sm text-muted">{note}</dd>}
        </div>
      ))}
    </dl>
  );
}

export function FiguresSkeleton({ count = 4 }: { count?: number }) {
  return (
    <div className={gridClass}>
      {Array.from({ length: count }, (_, key) => (
        <Skeleton key={key} className="h-24 rounded-2xl" />
      ))}
    </div>
  );
}
