import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { type Bells, makeBells } from './bells.ts';
import { invariant } from './failure.ts';
import { keepAliveMs } from './notify.ts';
import { withPreparedStatements } from './prepared.ts';
import { type Ride, boardRide, rides } from './together.ts';

/**
 * Something that can read: the database or a transaction.
 * A room narrows it to its own tables: `reader.withTables<LibraryTables>()`.
 */
export type Reader = Kysely<object>;
/** An open transaction. Functions that write take it as their first argument. */
export type Tx = Transaction<object>;

export interface Database {
  readonly read: Reader;
  readonly pool: pg.Pool;
  /** Runs `work` in one transaction: all of it commits, or, when it throws, none of it. */
  tx<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export interface DatabaseConfig {
  url: string;
  /** Connections of this process at most. pool × processes must stay below the server's max_connections. */
  poolSize: number;
  applicationName: string;
  /** How long a statement may take; absent: 30 s. */
  statementMs?: number;
}

const bellsOf = new WeakMap<Reader, Bells>();

/** Storage, mail, engines and payment call this first: the outside is never asked while rows are locked. */
export function assertOutsideTransaction(what: string): void {
  invariant(!rides.getStore(), `${what} inside a database transaction`);
}

/**
 * Acts once the caller's transaction has committed, and never when it rolls back. A crash in between loses the act, so it is for
 * what something else finds again, such as a task that a sweep queues a minute later.
 */
export function afterCommit(_tx: Tx, act: () => void): void {
  currentRide().acts.push(act);
}

function currentRide(): Ride {
  const ride = rides.getStore();
  invariant(ride, 'what waits for a commit is said inside database.tx');
  return ride;
}

/**
 * Rings a bell for every process: at once for a statement on its own, else when the transaction has committed. A crash in between
 * loses it, so whoever hears it also looks now and then by itself; `notify` is for what must be heard.
 */
export function ring(at: Reader | Tx, channel: string, payload: unknown): void {
  const alone = bellsOf.get(at);
  if (alone) return alone.ring(channel, payload);
  const { acts, bells } = currentRide();
  acts.push(() => bells.ring(channel, payload));
}

// bigint columns hold counters, sizes and sequences below 2^53; credits are read as text where they are used.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
});

// A request that waits longer than this has lost its reader.
const statementMs = 30_000;

export function openDatabase(config: DatabaseConfig): Database {
  const limitMs = config.statementMs ?? statementMs;
  const pool = new pg.Pool({
    connectionString: config.url,
    max: config.poolSize,
    application_name: config.applicationName,
    // In a rush, requests queue for a connection; a late answer is better than a refusal that says nothing.
    connectionTimeoutMillis: 15_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: limitMs,
    // A server that died without a word sends no refusal, and TCP alone would wait a quarter of an hour for one. A fifth more, so
    // that a server that lives is the first to say it. A transaction that lifts statement_timeout lifts this too: prepared.ts.
    query_timeout: limitMs * 1.2,
    // The same for connections on which nobody waits.
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
    // A forgotten transaction must not hold locks.
    idle_in_transaction_session_timeout: 30_000,
  });
  // A broken idle connection is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  // The pool takes its own listener off a connection that it lends out: one that breaks between two statements of a transaction
  // would end the process. The next statement on it fails, so whoever has it hears of it.
  pool.on('connect', (client) => void client.on('error', () => {}));
  const kysely = new Kysely<object>({ dialect: new PostgresDialect({ pool: withPreparedStatements(pool) }) });
  const bells = makeBells(pool);
  bellsOf.set(kysely, bells);
  return {
    read: kysely,
    pool,
    tx: (work) => runTransaction(kysely, bells, work),
    async close() {
      await bells.close();
      await kysely.destroy();
      // kysely ends the pool only if it has asked it something itself.
      if (!pool.ended) await pool.end();
    },
  };
}

async function runTransaction<Result>(kysely: Kysely<object>, bells: Bells, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  const ride: Ride = { bells, acts: [] };
  const result = await rides.run(ride, () =>
    kysely.transaction().execute((tx) => {
      boardRide(tx, ride);
      return work(tx);
    }),
  );
  for (const act of ride.acts) act();
  return result;
}

/** The PostgreSQL error code, such as `23505` for a violated unique constraint, or undefined. */
export function postgresCode(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** The constraint that an error names, to tell which rule was broken. */
export function violatedConstraint(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.constraint : undefined;
}
