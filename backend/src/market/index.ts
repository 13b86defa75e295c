import type { Handlers, RoomRouteNames } from '../platform/index.ts';
import type { MarketDeps } from './deps.ts';
import { registerMarketMetrics } from './metrics.ts';
import { makeHandlers } from './routes.ts';

export type { MarketDeps } from './deps.ts';

/** Listings, purchases, licences, sales history, payouts and moderation. */
export interface Market {
  handlers: Handlers<RoomRouteNames<'market'>>;
}

export function makeMarket(deps: MarketDeps): Market {
  registerMarketMetrics(deps.metrics, deps.database);
  return { handlers: makeHandlers(deps) };
}
