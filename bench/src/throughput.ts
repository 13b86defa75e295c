import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import type pg from 'pg';
import type { Benchmark } from './benchmark.ts';
import { type Installation, type Person, openInstallation, round, sleep, smallPicture } from './installation.ts';
import { makeLeanClient } from './lean-client.ts';

const perSecondMin = 150;
// "Flat": a queue a thousand times as long may cost no more than the measurement's own noise.
const flatShareMin = 0.8;
const seconds = 15;
// A server runs for weeks: what it does in its first seconds, while its code is still being compiled, is not what it can do.
const warmUpSeconds = 10;
const clients = 16;
// Enough for every worker to be busy, few enough that accepting does not starve finishing: both are what is measured.
const openMax = 64;
const backlogs = [1_000, 1_000_000];
const lanes = 500;

/** Many people ask at once while workers draw; both must have come this far when the time is taken. */
export default {
  title: 'accepted and finished generations: at least 150/s on 2 cores, and flat from 1,000 to 1,000,000 queued rows',
  async run({ databaseUrl, log }) {
    const installation = await openInstallation({ databaseUrl, capacity: 16 });
    try {
      const people = await Promise.all(Array.from({ length: clients }, (_, index) => installation.addPerson(`Person${index}`)));
      await measure(installation, people, warmUpSeconds);
      const empty = await measure(installation, people, seconds);
      log(`empty queue: ${empty.perSecond}/s, ${empty.cpuMs ?? '?'} ms of processor time each`);
      const withBacklog: Record<string, number> = {};
      for (const rows of backlogs) {
        await fillQueue(installation.database, rows);
        withBacklog[rows] = (await measure(installation, people, seconds)).perSecond;
        log(`${rows.toLocaleString('en')} queued: ${withBacklog[rows]}/s`);
        await emptyQueue(installation.database);
      }
      const flatShare = round(withBacklog[1_000_000]! / withBacklog[1_000]!, 2);
      const { perSecond, cpuMs } = empty;
      return {
        perSecond,
        perSecondMin,
        cpuMs,
        withBacklog,
        flatShare,
        flatShareMin,
        clients,
        ok: perSecond >= perSecondMin && flatShare >= flatShareMin,
      };
    } finally {
      await installation.stop();
    }
  },
} satisfies Benchmark;

/** Generations a second, of which as many were accepted as finished, and the processor time that each took of the program and its database. */
async function measure(
  installation: Installation,
  people: readonly Person[],
  forSeconds: number,
): Promise<{ perSecond: number; cpuMs: number | null }> {
  const { database, origin } = installation;
  const client = makeLeanClient(origin, clients);
  const before = await countFinished(database);
  const cpuBefore = await cpuMsOf(installation);
  const startedAt = performance.now();
  const endAt = startedAt + forSeconds * 1_000;
  let [accepted, finished] = [0, 0];
  const counting = (async () => {
    for (; performance.now() < endAt; await sleep(50)) finished = (await countFinished(database)) - before;
  })();
  await Promise.all(
    people.map(async ({ cookie }) => {
      while (performance.now() < endAt) {
        if (accepted - finished > openMax) await sleep(5);
        else
          await client.post('/api/generations', { cookie, 'idempotency-key': randomUUID() }, smallPicture).then(() => accepted++);
      }
    }),
  );
  await counting;
  client.close();
  finished = (await countFinished(database)) - before;
  const both = Math.min(accepted, finished);
  const cpuMs = cpuBefore === null ? null : round(((await cpuMsOf(installation))! - cpuBefore) / both);
  return { perSecond: round((both * 1_000) / (performance.now() - startedAt)), cpuMs };
}

/** Processor time of API, workers and PostgreSQL so far; only Linux tells. It says what a busy machine hides from the rate. */
async function cpuMsOf({ api, workers, database }: Installation): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const { rows } = await database.query<{ pid: number }>('select pg_backend_pid() as pid');
  const postmaster = statOf(rows[0]!.pid)!.parent;
  const all = fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)));
  const ours = new Set([api.pid, ...workers.map((worker) => worker.pid)]);
  return all.reduce((sum, stat) => sum + (stat && (ours.has(stat.pid) || stat.parent === postmaster) ? stat.cpuMs : 0), 0);
}

function statOf(pid: number): { pid: number; parent: number; cpuMs: number } | null {
  try {
    // The name in parentheses may hold spaces; what follows it are numbers. A tick of the kernel's clock is 10 ms.
    const fields = fs
      .readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    return { pid, parent: fields[1]!, cpuMs: (fields[11]! + fields[12]!) * 10 };
  } catch {
    return null;
  }
}

async function countFinished(database: pg.Pool): Promise<number> {
  const { rows } = await database.query<{ n: string }>(
    'select count(*) as n from generation.generations where finished_at is not null',
  );
  return Number(rows[0]!.n);
}

/** A long queue of many people, written past the API: accepting a million requests is not what is measured here. */
async function fillQueue(database: pg.Pool, rows: number): Promise<void> {
  await database.query(
    `
    with person as (select gen_random_uuid() as id, n from generate_series(1, $2::int) as n)
    insert into generation.generations (id, account_id, engine, model_id, model_name, prompt, negative_prompt, width, height, steps, guidance_scale, seed,
      count, price_credits, work, lane_mark, state, warnings, created_at, expires_at)
    select gen_random_uuid(), person.id, 'fake', 'fake', 'backlog', 'a red fox', '', 64, 64, 4, 7, 1, 1, 0, 0.015625, mark, 'queued', '[]', now(), now() + interval '1 day'
    from person, generate_series(0, $1::int / $2::int - 1) as mark`,
    [rows, lanes],
  );
  await database.query(`
    insert into generation.lanes (account_id, engine, weight, virtual_time, ready, ready_images, ready_work, waiting, next_mark)
    select account_id, engine, 1, (select virtual_time from generation.clocks where engine = 'fake'), count(*), count(*), sum(work), count(*), count(*)
    from generation.generations where model_name = 'backlog' and state = 'queued' group by account_id, engine
    on conflict do nothing`);
  await database.query('vacuum analyze generation.generations');
  // What filling left to be written is not measured either.
  await database.query('checkpoint');
  await sleep(500);
}

async function emptyQueue(database: pg.Pool): Promise<void> {
  // Workers go on claiming, and take lanes in another order than one statement would.
  await database.query(`
    begin;
    lock table generation.lanes in exclusive mode;
    delete from generation.lanes where account_id in (select account_id from generation.generations where model_name = 'backlog');
    commit`);
  await database.query('delete from generation.generations where model_name = $1 and state = $2', ['backlog', 'queued']);
  await database.query('vacuum analyze generation.generations');
}
