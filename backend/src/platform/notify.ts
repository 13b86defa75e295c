import { sql } from 'kysely';
import pg from 'pg';
import type { Tx, Reader } from './database.ts';

/**
 * Rings a bell that every process hears after the transaction committed, for certain. The payload stays below 8,000 bytes: send ids,
 * not data. Such transactions commit one after the other in the whole database: for what happens all the time there is `ring`.
 */
export async function notify(tx: Tx | Reader, channel: string, payload: unknown): Promise<void> {
  await sql`select pg_notify(${channel}, ${JSON.stringify(payload)})`.execute(tx);
}

/** The same for several payloads in one statement. */
export async function notifyEach(tx: Tx | Reader, channel: string, payloads: readonly unknown[]): Promise<void> {
  const texts = payloads.map((payload) => JSON.stringify(payload));
  await sql`select pg_notify(${channel}, payload) from unnest(${texts}::text[]) as payload`.execute(tx);
}

export interface Listener {
  /** Calls `hear` for each notification of the channel. Returns a function that stops it. */
  on(channel: string, hear: (payload: unknown) => void): () => void;
  /** Calls `again` after a lost connection came back: notifications in between were missed, so re-read the rows. */
  onReconnect(again: () => void): () => void;
  close(): Promise<void>;
}

const retryMs = 500;

/** After so long without a word, the system asks whether the other end still lives: its own default is two hours. */
export const keepAliveMs = 30_000;

/**
 * One connection per process that LISTENs for all channels and comes back by itself when it breaks.
 * @param name how the database knows it; `listenerNameOf` makes one
 */
export async function openListener(
  url: string,
  log: { warn(details: object, message: string): void },
  name = 'rendermart-listen',
): Promise<Listener> {
  const hearers = new Map<string, Set<(payload: unknown) => void>>();
  const reconnected = new Set<() => void>();
  let client: pg.Client | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  // A connection runs one statement at a time, and rooms begin to listen all at once.
  let listening: Promise<unknown> = Promise.resolve();

  async function connect(): Promise<void> {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: name,
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveMs,
    });
    fresh.on('error', () => {});
    fresh.on('end', () => retry(fresh));
    fresh.on('notification', ({ channel, payload }) => {
      for (const hear of hearers.get(channel) ?? []) hear(JSON.parse(payload ?? 'null'));
    });
    await fresh.connect();
    for (const channel of hearers.keys()) await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
    client = fresh;
  }

  function retry(broken: pg.Client): void {
    if (closed || (client !== undefined && client !== broken)) return;
    client = undefined;
    clearTimeout(timer);
    timer = setTimeout(() => {
      connect().then(
        () => reconnected.forEach((again) => again()),
        (error: unknown) => {
          log.warn({ error }, 'listening for notifications failed, trying again');
          retry(broken);
        },
      );
    }, retryMs);
  }

  await connect();
  return {
    on(channel, hear) {
      const set = hearers.get(channel) ?? new Set();
      if (!hearers.has(channel)) {
        hearers.set(channel, set);
        // A failure here breaks the connection, and connecting again listens to every channel.
        listening = listening.then(() => client?.query(`listen ${pg.escapeIdentifier(channel)}`)).catch(() => {});
      }
      set.add(hear);
      return () => void set.delete(hear);
    },
    onReconnect(again) {
      reconnected.add(again);
      return () => void reconnected.delete(again);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end();
    },
  };
}
