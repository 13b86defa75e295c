import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Benchmark } from './benchmark.ts';
import { type Person, openInstallation, round } from './installation.ts';
import { checkLedger, listImage, openBuyers } from './market-people.ts';

const connections = 32;
const purchases = 2_000;
const ratioMin = 0.6;

/** Purchases through the whole program, beside a script that sends PostgreSQL the same statements with nothing around them. */
export default {
  title:
    'purchases per second on 2 cores, 32 at once, as a ratio to a bare script with the same number of statements: at least 0.6',
  async run({ databaseUrl, log }) {
    const installation = await openInstallation({ databaseUrl });
    try {
      const crowd = await openBuyers(installation, purchases);
      const listing = await listImage(installation, { kind: 'licence', licence: 'personal' });
      await openWallets(crowd);
      const perSecond = round(
        await rate(crowd, (person) =>
          person.client.purchaseCreate({
            body: { listingId: listing.id, expectedPriceCredits: '10' },
            idempotencyKey: randomUUID(),
          }),
        ),
      );
      log(`the program: ${perSecond} purchases/s, ${statements} statements each`);
      const barePerSecond = round(await bare(databaseUrl));
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
 * What one purchase sends to PostgreSQL, counted in the code: session 1, key and listing 2, begin and commit 2, lock, key and
 * bought 3, wallets 4, two transfers of 4, purchase, key and count 3, licensed copy 2, notice and bell 2, receipt 2. Most of it
 * runs while the listing is locked, which is what makes two buyers of the last copy impossible; so the bare script locks one
 * row for as long.
 */
const statements = 29;

/** The same number of small statements in one transaction: half reads by key, half inserts, on one hot row that all of them lock, as all buyers lock the listing. */
async function bare(url: string): Promise<number> {
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
