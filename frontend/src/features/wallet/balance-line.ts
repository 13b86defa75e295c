import type { WalletEntry } from '@rendermart/contract';

export interface BalanceLine {
  path: string;
  lowest: bigint;
  highest: bigint;
  since: string;
  until: string;
}

const width = 1000;
const height = 100;

/**
 * The balance as a line of steps: it changes at a moment and stays until the next. `entries`: newest first, at least one.
 * The scale begins at zero, unless a balance was below it.
 */
export function balanceLine(entries: readonly Pick<WalletEntry, 'balanceCredits' | 'createdAt'>[], now: number): BalanceLine {
  const steps = entries
    .toReversed()
    .map(({ balanceCredits, createdAt }) => ({ at: Date.parse(createdAt), balance: BigInt(balanceCredits) }));
  const first = steps[0]!.at;
  const spanMs = Math.max(1, now - first);
  const lowest = steps.reduce((least, { balance }) => (balance < least ? balance : least), 0n);
  const highest = steps.reduce((most, { balance }) => (balance > most ? balance : most), lowest + 1n);
  const x = (at: number) => round(((at - first) / spanMs) * width);
  // Thousandths are finer than a pixel; only the share of the scale becomes a JavaScript number.
  const y = (balance: bigint) => round(height - Number(((balance - lowest) * 100_000n) / (highest - lowest)) / 1000);
  const path = steps
    .map(({ at, balance }, index) => (index === 0 ? `M${x(at)} ${y(balance)}` : `H${x(at)}V${y(balance)}`))
    .join('');
  return { path: `${path}H${width}`, lowest, highest, since: new Date(first).toISOString(), until: new Date(now).toISOString() };
}

const round = (value: number): number => Math.round(value * 100) / 100;
