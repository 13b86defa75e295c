import type { ReactNode } from 'react';
import { cx } from './cx.ts';

export interface Column<Row> {
  label: string;
  cell: (row: Row) => ReactNode;
  isNumber?: boolean;
  className?: string;
}

/** Rows with the same few facts. The first column names its row; a table that is too wide scrolls by itself, with the keyboard too. */
export function Table<Row>({
  label,
  rows,
  columns,
  keyOf,
  empty,
}: {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
  empty: ReactNode;
}) {
  if (rows.length === 0) return <p className="rounded-2xl border border-line bg-surface px-5 py-6 text-muted">{empty}</p>;
  const cellClass = (column: Column<Row>) =>
    cx(
      'px-3 py-2.5 whitespace-nowrap first:max-w-64 first:min-w-32 first:pl-5 first:whitespace-normal last:pr-5',
      column.isNumber ? 'text-right tabular-nums' : 'text-left',
      column.className,
    );
  return (
    <div role="region" aria-label={label} tabIndex={0} className="overflow-x-auto rounded-2xl border border-line bg-surface">
      <table className="w-full border-collapse">
        <thead>
          <tr className="border-b border-line text-sm text-muted">
            {columns.map((column) => (
              <th key={column.label} scope="col" className={cx(cellClass(column), 'font-semibold')}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column.label} scope="row" className={cx(cellClass(column), 'font-semibold')}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.label} className={cellClass(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
