import type pg from 'pg';
import type { Benchmark } from './benchmark.ts';
import { type Installation, openInstallation, round, sleep, smallPicture, until } from './installation.ts';

const perSecondMin = 150;
// "Flat": a queue a thousand times as long may cost no more than the measurement's own noise.
const flatShareMin = 0.8;
const measured = 2_000;
const clients = 16;
const backlogs = [1_000, 1_000_000];
const lanes = 500;

/** Many clients ask at once while workers draw; both must have come this far when the time is taken. */
export default {
  title: 'accepted and finished generations: at least 150/s on 2 cores, and flat from 1,000 to 1,000,000 queued rows',
  async run({ databaseUrl, log }) {
    const installation = await openInstallation({ databaseUrl, capacity: 8 });
    try {
      await measure(installation, 300);
      const perSecond = round(await measure(installation, measured));
      log(`empty queue: ${perSecond}/s`);
      const withBacklog: Record<string, number> = {};
      for (const rows of backlogs) {
        await fillQueue(installation.database, rows);
        withBacklog[rows] = round(await measure(installation, measured));
        log(`${rows.toLocaleString('en')} queued: ${withBacklog[rows]}/s`);
        await emptyQueue(installation.database);
      }
      const flatShare = round(withBacklog[1_000_000]! / withBacklog[1_000]!, 2);
      return { perSecond, perSecondMin, withBacklog, flatShare, flatShareMin, clients, ok: perSecond >= perSecondMin && flatShare >= flatShareMin };
    } finally {
      await installation.stop();
    }
  },
} satisfies Benchmark;

/** Generations a second, of which as many were accepted as finished. */
async function measure({ admin, database }: Installation, count: number): Promise<number> {
  const finishedBefore = await countFinished(database);
  const startedAt = performance.now();
  let left = count;
  await Promise.all(Array.from({ length: clients }, async () => {
    while (left-- > 0) await admin.ask(smallPicture);
  }));
  await until('as many are finished', async () => (await countFinished(database)) - finishedBefore >= count, 600_000);
  return (count * 1_000) / (performance.now() - startedAt);
}

async function countFinished(database: pg.Pool): Promise<number> {
  const { rows } = await database.query<{ n: string }>('select count(*) as n from generation.generations where finished_at is not null');
  return Number(rows[0]!.n);
}

/** A long queue of many people, written past the API: accepting a million requests is not what is measured here. */
async function fillQueue(database: pg.Pool, rows: number): Promise<void> {
  await database.query(`
    with person as (select gen_random_uuid() as id, n from generate_series(1, $2::int) as n)
    insert into generation.generations (id, account_id, engine, model_id, model_name, prompt, negative_prompt, width, height, steps, guidance_scale, seed,
      count, price_credits, work, lane_mark, state, warnings, created_at, expires_at)
    select gen_random_uuid(), person.id, 'fake', 'fake', 'backlog', 'a red fox', '', 64, 64, 4, 7, 1, 1, 0, 0.015625, mark, 'queued', '[]', now(), now() + interval '1 day'
    from person, generate_series(0, $1::int / $2::int - 1) as mark`, [rows, lanes]);
  await database.query(`
    insert into generation.lanes (account_id, engine, weight, virtual_time, ready, ready_images, ready_work, waiting, next_mark)
    select account_id, engine, 1, (select virtual_time from generation.clocks where engine = 'fake'), count(*), count(*), sum(work), count(*), count(*)
    from generation.generations where model_name = 'backlog' and state = 'queued' group by account_id, engine
    on conflict do nothing`);
  await database.query('vacuum analyze generation.generations');
  await sleep(500);
}

async function emptyQueue(database: pg.Pool): Promise<void> {
  await database.query('delete from generation.lanes where account_id in (select account_id from generation.generations where model_name = $1)', ['backlog']);
  await database.query('delete from generation.generations where model_name = $1 and state = $2', ['backlog', 'queued']);
  await database.query('vacuum analyze generation.generations');
}
