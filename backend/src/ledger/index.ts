import type {
  CronTask,
  Database,
  Handlers,
  Ids,
  Log,
  Reader,
  Registry,
  RoomRouteNames,
  TaskHandler,
  Tx,
} from '../platform/index.ts';
import { type Charges, makeCharges } from './charges.ts';
import { registerLedgerMetrics } from './metrics.ts';
import { makeMovements } from './movements.ts';
import { makeHandlers } from './routes.ts';
import { makeCrons } from './tasks.ts';

export type { Charges, LockedSale } from './charges.ts';
export { reconcile } from './reconcile.ts';
export { ledgerSums } from './sums.ts';

export interface LedgerDeps {
  database: Database;
  ids: Ids;
  metrics: Registry;
  log: Log;
  /** What a new wallet begins with. Accounts stand above, so the wiring brings this in. */
  startingCredits(reader: Reader): Promise<bigint>;
  /** What somebody is called; undefined when nobody has this id. */
  ownerName(reader: Reader, owner: string): Promise<string | undefined>;
  /** Whether an owner has not left for good; if so, they do not leave until the transaction ends. */
  holdOpen(tx: Tx, owner: string): Promise<boolean>;
}

/** Wallets, transfers and holds by double entry. Knows nothing of accounts, images or prices: owners and references are opaque. */
export interface Ledger {
  handlers: Handlers<RoomRouteNames<'ledger'>>;
  tasks: TaskHandler[];
  crons: CronTask[];
  charges: Charges;
}

export function makeLedger(deps: LedgerDeps): Ledger {
  registerLedgerMetrics(deps.metrics, deps.database);
  const wallets = { ...deps, movements: makeMovements(deps.ids) };
  return { handlers: makeHandlers(wallets), tasks: [], crons: makeCrons(deps), charges: makeCharges(wallets) };
}
