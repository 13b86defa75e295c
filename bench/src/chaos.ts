import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startPostgres } from '@rendermart/postgres';
import type pg from 'pg';
import type { Benchmark } from './benchmark.ts';
import { type Installation, type Person, openInstallation, sleep, smallPicture, until } from './installation.ts';
import { type Victim, type Wreck, killOne, pickOne } from './kills.ts';

const kills = Number(process.env['CHAOS_KILLS'] ?? 100);
const clients = 4;
// However long the queue has become, some of it must end in this time, or nothing ever will.
const stuckMs = 60_000;

/** Kills one of the three at random moments while people ask for pictures, and then counts whether anything was lost or doubled. */
export default {
  title:
    'kill -9 of worker, API and PostgreSQL at random moments, 100 times (CHAOS_KILLS) under load: nothing lost, nothing twice',
  async run({ log }) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-chaos-'));
    // A server of its own: it must come back on the same data, which the throw-away one cannot.
    const dataDir = path.join(folder, 'data');
    const postgres = await startPostgres({ dataDir });
    const installation = await openInstallation({ databaseUrl: postgres.url, workers: 2, capacity: 2, stepMs: 20 });
    const wreck: Wreck = { installation, postgres, dataDir };
    try {
      const load = startLoad(installation);
      const killed = await wreak(wreck, log);
      const accepted = await load.stop();
      log(`${accepted.size} generations were accepted; waiting for the last to end`);
      const ids = [...accepted];
      await untilEnded(installation.database, ids);
      const faults = await findFaults(installation, ids);
      const failures = await countFailures(installation.database, ids);
      return {
        kills,
        killed,
        accepted: accepted.size,
        ...faults,
        failures,
        ok: Object.values(faults).every((count) => count === 0),
      };
    } finally {
      await installation.stop();
      await wreck.postgres.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  },
} satisfies Benchmark;

async function wreak(wreck: Wreck, log: (line: string) => void): Promise<Record<Victim, number>> {
  const killed = { worker: 0, api: 0, postgres: 0 };
  for (let count = 1; count <= kills; count++) {
    await sleep(Math.random() * 1_500);
    const victim = pickOne(['worker', 'api', 'postgres'] as const);
    killed[victim]++;
    await killOne(wreck, victim);
    if (count % 10 === 0) log(`${count} of ${kills} kills`);
  }
  return killed;
}

/** People who ask for one or two pictures again and again, and repeat a request until it is answered. */
function startLoad({ admin }: Installation) {
  const accepted = new Set<string>();
  const end = new AbortController();
  const loops = Array.from({ length: clients }, async () => {
    while (!end.signal.aborted) {
      const id = await askUntilAnswered(admin, end.signal);
      if (id !== undefined) accepted.add(id);
      await sleep(20);
    }
  });
  return {
    stop: async () => {
      end.abort();
      await Promise.all(loops);
      return accepted;
    },
  };
}

async function askUntilAnswered(person: Person, end: AbortSignal): Promise<string | undefined> {
  const key = randomUUID();
  const count = 1 + Math.floor(Math.random() * 2);
  while (!end.aborted) {
    const generation = await person.ask({ ...smallPicture, count }, key).catch(() => undefined);
    if (generation) return generation.id;
    await sleep(100);
  }
}

async function untilEnded(database: pg.Pool, ids: string[]): Promise<void> {
  for (;;) {
    const open = await countOpen(database, ids);
    if (open === 0) return;
    const fewer = async () => (await countOpen(database, ids)) < open;
    await until(`one of the ${open} generations that are open has ended`, fewer, stuckMs, 500);
  }
}

async function countOpen(database: pg.Pool, ids: string[]): Promise<number> {
  const { rows } = await database.query<{ n: string }>(
    'select $2::int - count(*) as n from generation.generations where id = any($1) and finished_at is not null',
    [ids, ids.length],
  );
  return Number(rows[0]!.n);
}

/** What those that did not succeed say of themselves. */
async function countFailures(database: pg.Pool, ids: string[]): Promise<Record<string, number>> {
  const { rows } = await database.query<{ failure: string; n: string }>(
    `select coalesce(failure_code, state) as failure, count(*) as n from generation.generations
    where id = any($1) and state <> 'succeeded' group by 1`,
    [ids],
  );
  return Object.fromEntries(rows.map(({ failure, n }) => [failure, Number(n)]));
}

/** Everything that must be zero. */
async function findFaults({ database, imagesDir }: Installation, ids: string[]) {
  const count = async (query: string, values: unknown[] = [ids]) =>
    Number((await database.query<{ n: string }>(query, values)).rows[0]!.n);
  const { rows: named } = await database.query<{ storage_key: string }>(
    'select distinct b.storage_key from library.images i join library.blobs b on b.id = i.blob_id',
  );
  const { rows: known } = await database.query<{ storage_key: string }>(
    'select storage_key from library.blobs union select storage_key from library.images i join library.blobs b on b.id = i.blob_id',
  );
  const files = new Set(listFiles(imagesDir));
  const keys = new Set(known.map((row) => row.storage_key));
  return {
    notSucceeded: await count(`select count(*) as n from generation.generations where id = any($1) and state <> 'succeeded'`),
    endedTwice: await count(`select count(*) as n from (
      select from generation.attempts where generation_id = any($1) and outcome in ('succeeded', 'failed', 'cancelled') group by generation_id having count(*) <> 1) as doubled`),
    neverEnded: await count(`select count(*) as n from unnest($1::uuid[]) as wish (wish_id) where not exists (
      select from generation.attempts where generation_id = wish_id and outcome in ('succeeded', 'failed', 'cancelled'))`),
    wrongImages: await count(`select count(*) as n from generation.generations g where id = any($1) and (
      select count(distinct generation_index) from library.images where generation_id = g.id) <> g.count`),
    doubledImages: await count(
      'select count(*) as n from (select from library.images group by generation_id, generation_index having count(*) > 1) as doubled',
      [],
    ),
    openLeases: await count('select count(*) as n from generation.attempts where outcome is null', []),
    rowsWithoutFile: named.filter((row) => !files.has(row.storage_key)).length,
    filesWithoutRow: [...files].filter((file) => file.startsWith('images/') && !keys.has(file)).length,
  };
}

function listFiles(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'));
}
