import type { Clock, Database, Ids, Mailer, RateLimits, Reader, Tasks, Tx } from '../platform/index.ts';
import type { Auth } from './auth.ts';
import type { LimitedAction } from './limits.ts';
import type { AccountsMetrics } from './metrics.ts';
import type { SettingsCache } from './settings.ts';

/** How many images each of these accounts keeps. Images are another room's, so the wiring brings this in. */
export type CountImages = (reader: Reader, accountIds: readonly string[]) => Promise<Map<string, number>>;

/** What the rooms above do when somebody goes, comes back or leaves for good, in the same transaction. The wiring brings them in. */
export interface OtherRooms {
  /** Somebody was disabled, or enabled again. */
  setAway(tx: Tx, accountId: string, isAway: boolean): Promise<void>;
  /** Somebody is about to close their account: ends what must be ended outside of the transaction. The account may stay all the same. */
  beforeClose(accountId: string): Promise<void>;
  /** Somebody closes their account. Throws `account_busy` and `balance_moved`. */
  close(tx: Tx, accountId: string, agreed: { forfeitCredits: bigint }): Promise<void>;
}

/** What every use-case of this room stands on. */
export interface AccountsContext {
  database: Database;
  tasks: Tasks;
  mailer: Mailer;
  clock: Clock;
  ids: Ids;
  secret: string;
  publicUrl: string;
  auth: Auth;
  limits: RateLimits<LimitedAction>;
  settings: SettingsCache;
  metrics: AccountsMetrics;
  countImages: CountImages;
  others: OtherRooms;
}

/** Where a request came from, as a session remembers it. */
export interface Visitor {
  ipAddress: string;
  userAgent: string | null;
}
