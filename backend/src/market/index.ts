import type { CronTask, Handlers, RoomRouteNames, Tx } from '../platform/index.ts';
import type { MarketDeps } from './deps.ts';
import { registerMarketMetrics } from './metrics.ts';
import { makeHandlers } from './routes.ts';
import { makeCrons } from './tasks.ts';
import { closeSeller, setSellerAway } from './standing.ts';

export type { MarketDeps } from './deps.ts';
export { sweepPreviews } from './tasks.ts';

/** Listings, purchases, licences, sales history, payouts and moderation. */
export interface Market {
  handlers: Handlers<RoomRouteNames<'market'>>;
  crons: CronTask[];
  /** Shows and sells nothing of somebody, or everything again. */
  setSellerAway(tx: Tx, accountId: string, isAway: boolean): Promise<void>;
  /** Takes everything off the market that somebody offers who closes their account; what others bought stays theirs. */
  closeSeller(tx: Tx, accountId: string): Promise<void>;
}

export function makeMarket(deps: MarketDeps): Market {
  registerMarketMetrics(deps.metrics, deps.database);
  return {
    handlers: makeHandlers(deps),
    crons: makeCrons(deps),
    setSellerAway,
    closeSeller: (tx, accountId) => closeSeller(deps, tx, accountId),
  };
}
