import { Plural, useLingui } from '@lingui/react/macro';
import type { SalesSummary } from '@rendermart/contract';
import { useState } from 'react';
import { useCredits } from '../../data/credits.ts';
import { Button, Card, Table } from '../../ui/index.ts';
import { barSizeOf, barsOf, shareOf, topOf } from './earnings.ts';
import type { Bar, BarSize } from './earnings.ts';

/** Earnings as bars, and the same as a table for who would rather read it. */
export function EarningsChart({ days }: { days: SalesSummary['days'] }) {
  const { t } = useLingui();
  const [isTable, setTable] = useState(false);
  const size = barSizeOf(days.length);
  const bars = barsOf(days, size);
  return (
    <div className="grid gap-3">
      {isTable ? (
        <BarTable bars={bars} size={size} />
      ) : (
        <Card className="grid gap-3">
          <Bars bars={bars} size={size} />
        </Card>
      )}
      <Button size="small" tone="quiet" className="justify-self-start" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
        {isTable ? t`Show as bars` : t`Show as a table`}
      </Button>
    </div>
  );
}

function Bars({ bars, size }: { bars: readonly Bar[]; size: BarSize }) {
  const { t } = useLingui();
  const { amount, credits } = useCredits();
  const nameOf = useBarName(size);
  const [shown, setShown] = useState<number | null>(null);
  const top = topOf(bars.map((bar) => bar.net));
  const total = bars.reduce((sum, bar) => sum + bar.net, 0n);
  const bar = shown === null ? null : bars[shown];
  return (
    <>
      <p aria-hidden className="flex min-h-12 flex-wrap items-baseline gap-x-2">
        <span className="text-xl font-semibold tabular-nums">{credits(bar ? bar.net : total)}</span>
        <span className="text-sm text-muted">
          {bar ? (
            <>
              {nameOf(bar)}, <Plural value={bar.sales} _0="no sales" one="# sale" other="# sales" />
            </>
          ) : (
            t`in this time`
          )}
        </span>
      </p>
      <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3">
        <div aria-hidden className="flex flex-col justify-between text-right text-xs text-muted tabular-nums">
          <span className="-translate-y-1/2">{amount(top)}</span>
          <span className="translate-y-1/2">0</span>
        </div>
        <svg
          role="img"
          aria-label={t`Earnings over time: ${credits(total)} in this time. The table has every figure.`}
          viewBox={`0 0 ${bars.length * 10} 100`}
          preserveAspectRatio="none"
          className="h-48 w-full border-b border-line-strong"
          onPointerLeave={() => setShown(null)}
        >
          <line x1="0" x2={bars.length * 10} y1="0.5" y2="0.5" className="stroke-line" vectorEffect="non-scaling-stroke" />
          <line x1="0" x2={bars.length * 10} y1="50" y2="50" className="stroke-line" vectorEffect="non-scaling-stroke" />
          {bars.map((item, index) => {
            const height = item.net === 0n ? 0 : Math.max(1, shareOf(item.net, top) * 100);
            return (
              <g key={item.from} onPointerEnter={() => setShown(index)} onPointerDown={() => setShown(index)}>
                <rect
                  x={index * 10}
                  y="0"
                  width="10"
                  height="100"
                  className={index === shown ? 'fill-ink/7' : 'fill-transparent'}
                />
                <rect x={index * 10 + 1.5} y={100 - height} width="7" height={height} className="fill-accent" />
              </g>
            );
          })}
        </svg>
        <p aria-hidden className="col-start-2 flex justify-between pt-1.5 text-xs text-muted">
          <span>{nameOf(bars[0]!)}</span>
          <span>{nameOf(bars.at(-1)!)}</span>
        </p>
      </div>
    </>
  );
}

function BarTable({ bars, size }: { bars: readonly Bar[]; size: BarSize }) {
  const { t, i18n } = useLingui();
  const { amount } = useCredits();
  const nameOf = useBarName(size);
  return (
    <Table
      label={t`Earnings over time`}
      rows={bars.toReversed()}
      keyOf={(bar) => bar.from}
      empty={null}
      columns={[
        { label: t`Time`, cell: nameOf },
        { label: t`Sales`, isNumber: true, cell: (bar) => new Intl.NumberFormat(i18n.locale).format(bar.sales) },
        { label: t`You got`, isNumber: true, cell: (bar) => amount(bar.net) },
      ]}
    />
  );
}

/** Days are those of Greenwich, as the server counts them. */
function useBarName(size: BarSize): (bar: Bar) => string {
  const { i18n } = useLingui();
  const format = new Intl.DateTimeFormat(
    i18n.locale,
    size === 'month' ? { month: 'short', year: 'numeric', timeZone: 'UTC' } : { day: 'numeric', month: 'short', timeZone: 'UTC' },
  );
  return ({ from, to }) => (size === 'week' ? format.formatRange(new Date(from), new Date(to)) : format.format(new Date(from)));
}
