import { AsyncLocalStorage } from 'node:async_hooks';
import type { Duplex } from 'node:stream';
import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import { invariant } from './failure.ts';
import type { Bells } from './bells.ts';
import type { Tx } from './database.ts';

/** What a transaction runs on; the pool fills it in when the transaction takes its connection. */
export interface Ride {
  raw?: pg.PoolClient;
  client?: PostgresPoolClient;
  bells: Bells;
  /** What is done once it has committed. */
  acts: (() => void)[];
}

/** Who runs inside a transaction, and on which connection. */
export const rides = new AsyncLocalStorage<Ride>();

const ridesOf = new WeakMap<Tx, Ride>();
const free = new WeakMap<PostgresPoolClient, Kysely<object>>();

export const boardRide = (tx: Tx, ride: Ride): void => void ridesOf.set(tx, ride);

/**
 * Lets parts of a transaction that do not wait for each other's answers send their statements at once, so that rows that others
 * wait for are locked for one way to PostgreSQL and back instead of one for each statement. PostgreSQL carries them out one after
 * the other, in the order in which the parts were called. All of them have ended when this answers; it throws the first failure.
 */
export async function together<Parts extends readonly unknown[]>(
  tx: Tx,
  parts: (at: Tx) => readonly [...{ [At in keyof Parts]: Promise<Parts[At]> }],
): Promise<Parts> {
  const ride = ridesOf.get(tx);
  invariant(ride?.raw && ride.client, 'together is given the transaction that database.tx made');
  const { raw, client } = ride;
  const outcomes = await pipelined(raw, () => Promise.allSettled<unknown>(parts(freely(client)) as readonly Promise<unknown>[]));
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  if (failures.length > 0) throw failures.find((failure) => !isEcho(failure)) ?? failures[0];
  return outcomes.map((outcome) => (outcome as PromiseFulfilledResult<unknown>).value) as unknown as Parts;
}

/** What pg's types leave out. */
type Pipelined = pg.PoolClient & { pipeline: boolean; connection: { stream: Duplex } };

/** Ends a connection at once, without a word to a server that no longer listens; the pool replaces it. */
export const cut = (client: pg.PoolClient): void => void (client as Pipelined).connection.stream.destroy();

const pipelines = new WeakMap<pg.PoolClient, number>();

/** Lets a connection send statements while others are still to be answered. All of them must be answered when `work` is over. */
export async function pipelined<Result>(client: pg.PoolClient, work: () => Promise<Result>): Promise<Result> {
  const change = (by: number) => {
    const open = (pipelines.get(client) ?? 0) + by;
    pipelines.set(client, open);
    (client as Pipelined).pipeline = open > 0;
  };
  change(1);
  try {
    sendAtOnce(client);
    return await work();
  } finally {
    change(-1);
  }
}

/**
 * What is written until the promises that wait now have gone on leaves in one packet: a system call for each statement, and the
 * server woken for each, cost more than the statements themselves.
 */
function sendAtOnce({ connection: { stream } }: Pipelined): void {
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** What PostgreSQL says of every statement after the one that failed. */
const isEcho = (failure: unknown): boolean => (failure as { code?: string }).code === '25P02';

/** The same connection without kysely's own queue, which sends a statement only when the one before was answered. */
function freely(client: PostgresPoolClient): Tx {
  const known = free.get(client);
  if (known) return known as Tx;
  const lent = { query: client.query, release: () => {} } as PostgresPoolClient;
  const pool = { options: {}, connect: async () => lent, end: async () => {} };
  const made = new Kysely<object>({ dialect: new PostgresDialect({ pool }) });
  free.set(client, made);
  return made as Tx;
}
