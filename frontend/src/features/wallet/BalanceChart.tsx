import { useLingui } from '@lingui/react/macro';
import type { WalletEntry } from '@rendermart/contract';
import { useState } from 'react';
import { useCredits } from '../../data/credits.ts';
import { useFormat } from '../../data/format.ts';
import { Card } from '../../ui/index.ts';
import { balanceLine } from './balance-line.ts';

/** The balance over the movements that are loaded; the table below it has the same figures. */
export function BalanceChart({ entries }: { entries: readonly WalletEntry[] }) {
  const { t } = useLingui();
  const { amount, credits } = useCredits();
  const format = useFormat();
  const [now] = useState(() => Date.now());
  const { path, lowest, highest, since } = balanceLine(entries, Math.max(now, Date.parse(entries[0]!.createdAt)));
  const from = format.date(since);
  return (
    <Card className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3">
      <div aria-hidden className="flex flex-col justify-between text-right text-xs text-muted tabular-nums">
        <span className="-translate-y-1/2">{amount(highest)}</span>
        <span className="translate-y-1/2">{amount(lowest)}</span>
      </div>
      <svg
        role="img"
        aria-label={t`The balance since ${from}: it is now ${credits(entries[0]!.balanceCredits)}. The table below has every movement.`}
        viewBox="0 0 1000 100"
        preserveAspectRatio="none"
        className="h-40 w-full overflow-visible border-b border-line-strong"
      >
        <line x1="0" x2="1000" y1="0" y2="0" className="stroke-line" vectorEffect="non-scaling-stroke" />
        <line x1="0" x2="1000" y1="50" y2="50" className="stroke-line" vectorEffect="non-scaling-stroke" />
        <path d={`${path}V100H0Z`} className="fill-accent/12" />
        <path
          d={path}
          fill="none"
          strokeWidth="2"
          strokeLinejoin="round"
          className="stroke-accent"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <p aria-hidden className="col-start-2 flex justify-between pt-1.5 text-xs text-muted">
        <span>{from}</span>
        <span>{t`now`}</span>
      </p>
    </Card>
  );
}
