import type { Settings } from '@rendermart/contract';
import type { RawBuilder } from 'kysely';
import type {
  Authenticate,
  Clock,
  CronTask,
  Database,
  Handlers,
  Ids,
  Listener,
  Log,
  Mailer,
  Reader,
  Registry,
  RoomRouteNames,
  TaskHandler,
  Tasks,
  Tx,
} from '../platform/index.ts';
import { makeAuth } from './auth.ts';
import { makeAuthenticate } from './authenticate.ts';
import { type AccountChange, openChanges } from './changes.ts';
import type { AccountsContext, CountImages, OtherRooms } from './context.ts';
import { makeAccountLimits } from './limits.ts';
import { makeAccountsMetrics } from './metrics.ts';
import { type Notice, tell } from './notices.ts';
import { requireActive } from './people.ts';
import { makeHandlers } from './routes.ts';
import { makeSettings } from './settings.ts';
import { activePerson, columnOf, holdOpen, readSettings } from './store.ts';
import { makeCrons, makeTasks } from './tasks.ts';

export type { AccountChange } from './changes.ts';
export type { Notice } from './notices.ts';
export type { CountImages, OtherRooms } from './context.ts';

export interface AccountsDeps {
  database: Database;
  listener: Listener;
  tasks: Tasks;
  mailer: Mailer;
  metrics: Registry;
  log: Log;
  clock: Clock;
  ids: Ids;
  /** At least 32 characters, the same in every copy. Signs session cookies and invitations; a new one ends them all. */
  secret: string;
  /** The address that people open, for links in mails; `https:` makes every cookie Secure. */
  publicUrl: string;
  /** How many images people keep, for the list of people: the library counts them, the wiring brings it in. */
  countImages: CountImages;
  /** What follows elsewhere from disabling and closing: the wiring brings it in. */
  others: OtherRooms;
}

/** The room of people: who they are, how they sign in, what they may do, and the settings of the installation. */
export interface Accounts {
  handlers: Handlers<RoomRouteNames<'accounts'>>;
  tasks: TaskHandler[];
  crons: CronTask[];
  /** Who asks, from a session cookie or an API key. One query, nothing cached: what is revoked is refused from the next request on. */
  authenticate: Authenticate;
  /** The settings of the installation, at most a few seconds old. */
  settings(): Promise<Settings>;
  /** The settings as a transaction sees them, on its own connection: waiting for another one inside a transaction could wait for ever. */
  settingsIn(reader: Reader): Promise<Settings>;
  /** Names by account id; unknown ids are absent. */
  namesOf(reader: Reader, accountIds: readonly string[]): Promise<Map<string, string>>;
  /** Shares of the queue by account id, 1 being ordinary; unknown ids are absent. */
  weightsOf(reader: Reader, accountIds: readonly string[]): Promise<Map<string, number>>;
  /**
   * Fails with `sign_in_required` when somebody was disabled or closed their account since the request was authenticated, and keeps them
   * from that until the transaction ends. The first thing that a transaction locks: whoever leaves is locked before what they have.
   */
  requireActive(tx: Tx, accountId: string): Promise<void>;
  /** The same as a query, for what is done in one statement: the `id` of who may act, locked, or no row. */
  activePerson(accountId: string): RawBuilder<{ id: string }>;
  /** Whether an account is not closed, disabled or not; if so, nobody closes it until the transaction ends. */
  holdOpen(tx: Tx, accountId: string): Promise<boolean>;
  /** Queues a mail to an account in the caller's transaction; nothing is sent where there is no mail server. */
  tell(tx: Tx, accountId: string, notice: Notice): Promise<void>;
  /** Hears, in every process, of what must take effect at once: end the account's streams, take its new share. Returns a function that stops it. */
  onAccountChange(hear: (change: AccountChange) => void): () => void;
}

/** Builds the room; everything it needs comes in, nothing is read from the environment. */
export function makeAccounts(deps: AccountsDeps): Accounts {
  const { database, listener, tasks, mailer, clock, ids, log, secret, countImages, others } = deps;
  const publicUrl = deps.publicUrl.replace(/\/+$/, '');
  const context: AccountsContext = {
    database,
    tasks,
    mailer,
    clock,
    ids,
    secret,
    publicUrl,
    countImages,
    others,
    auth: makeAuth({ database, ids, log, secret, publicUrl }),
    limits: makeAccountLimits(database),
    settings: makeSettings(database, listener, clock),
    metrics: makeAccountsMetrics(deps.metrics),
  };
  return {
    handlers: makeHandlers(context),
    tasks: makeTasks(context),
    crons: makeCrons(context),
    authenticate: makeAuthenticate(context),
    settings: () => context.settings.read(),
    settingsIn: (reader) => readSettings(reader),
    namesOf: (reader, accountIds) => columnOf(reader, 'name', accountIds),
    weightsOf: (reader, accountIds) => columnOf(reader, 'weight', accountIds),
    requireActive,
    activePerson,
    holdOpen,
    tell: (tx, accountId, notice) => tell(context, tx, accountId, notice),
    onAccountChange: openChanges(listener),
  };
}
