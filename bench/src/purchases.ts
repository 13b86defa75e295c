import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Benchmark } from './benchmark.ts';
import { type Installation, type Person, openInstallation, round } from './installation.ts';
import { makeLeanClient } from './lean-client.ts';
import { checkLedger, listImage, openBuyers } from './market-people.ts';

const connections = 32;
const purchases = Number(process.env['PURCHASES'] ?? 2_000);
const ratioMin = 0.6;

/** Purchases through the whole program, beside a script that sends PostgreSQL as many statements with nothing around them. */
export default {
  // PostgreSQL itself counts what it was sent.
  settings: { shared_preload_libraries: 'pg_stat_statements' },
  title:
    'purchases per second on 2 cores, 32 at once, as a ratio to a bare script with the same number of statements: at least 0.6',
  async run({ databaseUrl, log }) {
    const installation = await openInstallation({ databaseUrl });
    try {
      const crowd = await openBuyers(installation, purchases);
      const listing = await listImage(installation, { kind: 'licence', licence: 'personal' });
      await openWallets(crowd);
      await installation.database.query('create extension pg_stat_statements');
      await installation.database.query('select pg_stat_statements_reset()');
      const perSecond = round(await ratePurchases(installation.origin, crowd, listing.id));
      const statements = await countStatements(installation);
      log(`the program: ${perSecond} purchases/s, ${statements} statements each`);
      const barePerSecond = round(await bare(databaseUrl, Math.round(statements)));
      log(`the bare script: ${barePerSecond} transactions/s`);
      const ratio = round(perSecond / barePerSecond, 2);
      const { violations } = await checkLedger(installation);
      return {
        connections,
        purchases,
        statements,
        perSecond,
        barePerSecond,
        ratio,
        ratioMin,
        violations,
        ok: ratio >= ratioMin && violations === 0,
      };
    } finally {
      await installation.stop();
    }
  },
} satisfies Benchmark;

/** Wallets come with their first use; that is no purchase's cost. */
async function openWallets(crowd: readonly Person[]): Promise<void> {
  await rate(crowd, (person) => person.client.walletRead());
}

async function ratePurchases(origin: string, crowd: readonly Person[], listingId: string): Promise<number> {
  const client = makeLeanClient(origin, connections);
  try {
    return await rate(crowd, ({ cookie }) =>
      client.post('/api/purchases', { cookie, 'idempotency-key': randomUUID() }, { listingId, expectedPriceCredits: '10' }),
    );
  } finally {
    client.close();
  }
}

async function rate<Item>(items: readonly Item[], act: (item: Item) => Promise<unknown>): Promise<number> {
  const waiting = items.values();
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: connections }, async () => {
      for (const item of waiting) await act(item);
    }),
  );
  return items.length / ((performance.now() - startedAt) / 1000);
}

/**
 * What the program sent to PostgreSQL for each purchase, all of its processes together: `begin` and `commit`, the session, the
 * receipt, and what the worker does with the notices are statements as well. What the ledger's triggers check at the commit was
 * not sent; it speaks of `new`.
 */
async function countStatements({ database }: Installation): Promise<number> {
  const { rows } = await database.query<{ calls: string }>(
    String.raw`select sum(calls) as calls from pg_stat_statements where toplevel and query !~ '\mnew\.'`,
  );
  return round(Number(rows[0]!.calls) / purchases, 2);
}

/**
 * The same number of small statements in one transaction: half reads by key, half inserts, on one hot row that all of them
 * lock, as all buyers lock the listing.
 */
async function bare(url: string, statements: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  try {
    await pool.query(
      'create table if not exists public.bare_hot (id int primary key, n bigint not null); create table if not exists public.bare_rows (id uuid primary key, payload text)',
    );
    await pool.query('insert into public.bare_hot values (1, 0) on conflict do nothing');
    return await rate(Array.from({ length: purchases }), async () => {
      const client = await pool.connect();
      try {
        await client.query('begin');
        await client.query('update public.bare_hot set n = n + 1 where id = 1');
        for (let index = 0; index < statements - 3; index++) {
          if (index % 2 === 0) await client.query('select n from public.bare_hot where id = $1', [1]);
          else
            await client.query('insert into public.bare_rows (id, payload) values ($1, $2)', [
              randomUUID(),
              'a row of a hundred characters or so, as an entry or a purchase is '.padEnd(100, '.'),
            ]);
        }
        await client.query('commit');
      } finally {
        client.release();
      }
    });
  } finally {
    await pool.end();
  }
}
