import type pg from 'pg';

/** Bells that this process rings after what they tell of was committed. */
export interface Bells {
  /** Every process hears it in a moment. The payload stays below 8,000 bytes: send ids, not data. */
  ring(channel: string, payload: unknown): void;
  /** Resolves when all that was rung so far is on its way, or given up because the database is away. */
  close(): Promise<void>;
}

const retryMs = 500;
// Beyond this the database has been away for long, and who listens reads everything again when it comes back.
const waitingMax = 10_000;

/**
 * Rings together what was asked for while the last ringing was on its way. PostgreSQL lets only one transaction with a NOTIFY
 * commit at a time, and a commit waits for the disk: rung inside the transactions that they tell of, bells would line these up
 * behind each other. A ringing has nothing to wait for the disk for, because a crash that loses it loses its hearers too.
 */
export function makeBells(pool: pg.Pool): Bells {
  let waiting = new Map<string, [channel: string, payload: string]>();
  let ringing: Promise<void> | undefined;
  let closed = false;

  async function ringAll(): Promise<void> {
    // What one piece of work rings goes together.
    await Promise.resolve();
    while (waiting.size > 0) {
      const bells = [...waiting.values()];
      waiting = new Map();
      await send(pool, bells).catch(async () => {
        // A process that stops does not wait for a database to come back.
        if (closed) return;
        for (const bell of bells) keep(bell);
        await new Promise((resolve) => setTimeout(resolve, retryMs).unref());
      });
    }
    ringing = undefined;
  }

  function keep(bell: [channel: string, payload: string]): void {
    if (waiting.size < waitingMax) waiting.set(bell.join(' '), bell);
  }

  return {
    ring(channel, payload) {
      keep([channel, JSON.stringify(payload)]);
      ringing ??= ringAll();
    },
    async close() {
      closed = true;
      await ringing;
    },
  };
}

async function send(pool: pg.Pool, bells: readonly [string, string][]): Promise<void> {
  await pool.query({
    name: 'bells',
    text: `select set_config('synchronous_commit', 'off', true), pg_notify(channel, payload) from unnest($1::text[], $2::text[]) as bell (channel, payload)`,
    values: [bells.map(([channel]) => channel), bells.map(([, payload]) => payload)],
  });
}
