import type { Clock, Database, Ids, Mailer, RateLimits, Reader, Tasks } from '../platform/index.ts';
import type { Auth } from './auth.ts';
import type { LimitedAction } from './limits.ts';
import type { AccountsMetrics } from './metrics.ts';
import type { SettingsCache } from './settings.ts';

/** How many images each of these accounts keeps. Images are another room's, so the wiring brings this in. */
export type CountImages = (reader: Reader, accountIds: readonly string[]) => Promise<Map<string, number>>;

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
}

/** Where a request came from, as a session remembers it. */
export interface Visitor {
  ipAddress: string;
  userAgent: string | null;
}
