import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { makeGeneration } from './index.ts';
import { makeGenerationMetrics } from './metrics.ts';
import { Failure, Registry } from '../platform/index.ts';
import { claim } from './store-run.ts';
import { type House, eventually, makeImagesDir, openHouse } from './testing/house.ts';
import { type WorkerProcess, spawnWorker } from './testing/spawn-worker.ts';
import { addModels, addWish, findLaneErrors, readRow } from './testing/wishes.ts';
import type { DrawingEngine } from './traces.ts';
import { runAttempt } from './worker/run.ts';

let server: TestDatabase;
let images: Awaited<ReturnType<typeof makeImagesDir>>;
let house: House;
const processes: WorkerProcess[] = [];

// Several processes start one after the other, and leases must run out.
vi.setConfig({ testTimeout: 120_000 });

beforeAll(async () => {
  server = await testDatabase();
  images = await makeImagesDir();
  house = await openHouse({ url: server.url, imagesDir: images.path });
  await addModels(house.database);
});
afterEach(async () => {
  for (const worker of processes.splice(0))
    if (worker.child.exitCode === null && worker.child.signalCode === null) await worker.signal('SIGKILL');
  expect(await findLaneErrors(house.database)).toEqual([]);
  await sql`truncate generation.generations, generation.attempts, generation.lanes, generation.progress`.execute(
    house.database.read,
  );
});
afterAll(async () => {
  await house.close();
  await server.close();
  await images.remove();
});

const accountId = randomUUID();
const spawn = async (stepMs: number) => {
  const worker = await spawnWorker({ url: server.url, imagesDir: images.path, stepMs });
  processes.push(worker);
  return worker;
};
const attemptsOf = async (id: string) =>
  (
    await sql<{
      worker_id: string;
      outcome: string | null;
    }>`select worker_id, outcome from generation.attempts where generation_id = ${id} order by started_at`.execute(
      house.database.read,
    )
  ).rows;
const imagesOf = async (id: string) =>
  (
    await sql<{
      generation_index: number;
    }>`select generation_index from library.images where generation_id = ${id} order by generation_index`.execute(
      house.database.read,
    )
  ).rows.map((row) => row.generation_index);
const inState = (id: string, state: string) =>
  eventually(async () => {
    const row = await readRow(house.database, id);
    return row.state === state && row;
  }, `state ${state}`);
const expireLeases = () =>
  sql`update generation.attempts set lease_until = now() - interval '1 second' where outcome is null`.execute(
    house.database.read,
  );

describe('a worker that is killed', () => {
  test('loses nothing: another finishes its wish once, and draws only what is missing', async () => {
    const first = await spawn(40);
    const id = await addWish(house.database, { accountId, prompt: 'x', count: 6 });
    await eventually(async () => (await imagesOf(id)).length >= 4, 'the first call');
    await first.signal('SIGKILL');
    const landed = await sql<{
      id: string;
    }>`select id from library.images where generation_id = ${id} order by generation_index`.execute(house.database.read);
    const second = await spawn(0);
    const row = await inState(id, 'succeeded');
    expect(await attemptsOf(id)).toEqual([
      { worker_id: first.id, outcome: 'lost' },
      { worker_id: second.id, outcome: 'succeeded' },
    ]);
    expect(await imagesOf(id)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(row.landed.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
    const kept = await sql<{
      id: string;
    }>`select id from library.images where generation_id = ${id} order by generation_index limit ${landed.rows.length}`.execute(
      house.database.read,
    );
    expect(kept.rows).toEqual(landed.rows);
  });

  test('again and again by the same wish, ends that wish and not the next', async () => {
    const deadly = await addWish(house.database, { accountId, prompt: 'x [die]' });
    const harmless = await addWish(house.database, { accountId, prompt: 'y' });
    for (let victim = 1; victim <= 5; victim++) {
      const worker = await spawn(0);
      await eventually(() => worker.child.signalCode !== null, `death ${victim}`);
      await expireLeases();
    }
    await spawn(0);
    await inState(harmless, 'succeeded');
    expect(await inState(deadly, 'failed')).toMatchObject({ failure_code: 'engine_lost', attempts: 5 });
  });

  test('because the database fell, is not held against its wish', async () => {
    const id = await addWish(house.database, { accountId, prompt: 'x' });
    const worker = await spawn(10_000);
    await inState(id, 'running');
    await worker.signal('SIGKILL');
    await sql`update generation.attempts set started_at = pg_postmaster_start_time() - interval '1 second',
      lease_until = now() - interval '1 second' where outcome is null`.execute(house.database.read);
    await spawn(0);
    expect(await inState(id, 'succeeded')).toMatchObject({ attempts: 2, strikes: 0 });
  });

  test('on request (SIGTERM), finishes what it draws and goes', async () => {
    const worker = await spawn(50);
    const id = await addWish(house.database, { accountId, prompt: 'x' });
    await inState(id, 'running');
    await worker.signal('SIGTERM');
    expect(worker.child.exitCode).toBe(0);
    expect(await readRow(house.database, id)).toMatchObject({ state: 'succeeded', attempts: 1 });
  });
});

describe('a worker that lost its lease', () => {
  test('frozen and thawed, changes nothing', async () => {
    const frozen = await spawn(100);
    const id = await addWish(house.database, { accountId, prompt: 'x', count: 2 });
    await inState(id, 'running');
    await frozen.signal('SIGSTOP');
    await expireLeases();
    const other = await spawn(0);
    const done = await inState(id, 'succeeded');
    await frozen.signal('SIGCONT');
    // It draws the next wish again, so by then it has noticed that the old one is gone.
    await other.signal('SIGTERM');
    const next = await addWish(house.database, { accountId, prompt: 'y' });
    await inState(next, 'succeeded');
    expect(await readRow(house.database, id)).toEqual(done);
    expect(await attemptsOf(id)).toEqual([
      { worker_id: frozen.id, outcome: 'lost' },
      { worker_id: other.id, outcome: 'succeeded' },
    ]);
    expect(await imagesOf(id)).toEqual([0, 1]);
  });

  // Mutant: without `attempt_id` in the fence of store-run.ts, both of these store a second time.
  test.each([
    ['an image that is not the last', 0],
    ['the last image, which ends the wish', 1],
  ])('can neither store nor end: %s', async (_name, blockedAt) => {
    const { promise: until, resolve: thaw } = Promise.withResolvers<void>();
    const { promise: blocked, resolve: reach } = Promise.withResolvers<void>();
    let stored = 0;
    const library = {
      ...house.library,
      storeOriginal: async (...given: Parameters<typeof house.library.storeOriginal>) => {
        const result = await house.library.storeOriginal(...given);
        if (stored++ === blockedAt) {
          reach();
          await until;
        }
        return result;
      },
    };
    const id = await addWish(house.database, { accountId, prompt: 'x', count: 2 });
    const [row] = await claim(house.database.read, { engine: 'fake', workerId: 'zombie', count: 1, leaseMs: 60_000 });
    const zombie = runAttempt(
      { ...house.deps, library, figures: makeGenerationMetrics(new Registry(), house.database) },
      row!,
      house.engines.get('fake')!,
      new AbortController().signal,
    );
    await blocked;
    await expireLeases();
    const worker = house.generation.startWorker({ engines: house.engines, capacity: 1 });
    const done = await inState(id, 'succeeded');
    const drawn = await sql`select * from library.images where generation_id = ${id} order by generation_index`.execute(
      house.database.read,
    );
    thaw();
    await zombie;
    expect(await readRow(house.database, id)).toEqual(done);
    expect(
      (await sql`select * from library.images where generation_id = ${id} order by generation_index`.execute(house.database.read))
        .rows,
    ).toEqual(drawn.rows);
    expect((await attemptsOf(id)).map((attempt) => attempt.outcome)).toEqual(['lost', 'succeeded']);
    await worker.drain();
  });
});

test('a run that could not be ended is taken from its worker, which goes on', async () => {
  const addImage = vi.fn<typeof house.library.addImage>(house.library.addImage).mockRejectedValueOnce(new Error('a defect'));
  const library = { ...house.library, addImage };
  const worker = makeGeneration({ ...house.deps, library, metrics: new Registry() }).startWorker({
    engines: house.engines,
    capacity: 1,
  });
  const id = await addWish(house.database, { accountId, prompt: 'x' });
  await eventually(() => addImage.mock.calls.length > 0, 'the end that fails');
  // The lease runs out sooner than after its eight seconds, and later than the next heartbeat.
  await sql`update generation.attempts set lease_until = now() + interval '3 seconds' where outcome is null`.execute(
    house.database.read,
  );
  await inState(id, 'succeeded');
  expect((await attemptsOf(id)).map(({ worker_id, outcome }) => [worker_id, outcome])).toEqual([
    [worker.id, 'lost'],
    [worker.id, 'succeeded'],
  ]);
  await worker.drain();
});

/** Draws one new wish; what is given of the library and the engine stands in for the house's. */
async function runOnce(library: Partial<House['library']>, sourceImageId: string | null = null, engine?: DrawingEngine) {
  const id = await addWish(house.database, { accountId, prompt: 'x' });
  await sql`update generation.generations set source_image_id = ${sourceImageId} where id = ${id}`.execute(house.database.read);
  const [row] = await claim(house.database.read, { engine: 'fake', workerId: 'one', count: 1, leaseMs: 60_000 });
  const figures = makeGenerationMetrics(new Registry(), house.database);
  const deps = { ...house.deps, library: { ...house.library, ...library }, figures };
  await runAttempt(deps, row!, engine ?? house.engines.get('fake')!, new AbortController().signal);
  return readRow(house.database, id);
}

describe.each<[string, Error]>([
  ['a database', Object.assign(new Error('terminating connection'), { code: '57P01' })],
  ['a database that fell silent', new Error('Query read timeout')],
  ['a database whose host is gone', Object.assign(new Error('connect EHOSTUNREACH 10.0.0.1:5432'), { code: 'EHOSTUNREACH' })],
  ['a database whose name is not found', Object.assign(new Error('getaddrinfo EAI_AGAIN db'), { code: 'EAI_AGAIN' })],
  ['an image store', new Failure('unavailable')],
])('%s that goes away for a moment', (_what, error) => {
  const gone = () => Promise.reject(error);

  test('while a picture is stored, costs no picture and no second drawing', async () => {
    const storeOriginal = vi.fn<typeof house.library.storeOriginal>(house.library.storeOriginal).mockImplementationOnce(gone);
    expect(await runOnce({ storeOriginal })).toMatchObject({ state: 'succeeded', attempts: 1, strikes: 0 });
  });

  test('before anything is drawn, postpones the wish and is not held against it', async () => {
    const row = await runOnce({ openSource: gone }, randomUUID());
    expect(row).toMatchObject({ state: 'queued', strikes: 0, postponements: 1 });
  });
});

test('an engine that says so itself is struck all the same', async () => {
  const engine: DrawingEngine = {
    name: 'fake',
    generate: () => {
      throw Object.assign(new Error('overloaded'), { code: 'unavailable' });
    },
  };
  expect(await runOnce({}, null, engine)).toMatchObject({ state: 'queued', strikes: 1, postponements: 0 });
});

test('a worker survives a database that ends all of its connections', async () => {
  const worker = await spawn(30);
  const id = await addWish(house.database, { accountId, prompt: 'x', count: 8 });
  await eventually(async () => (await imagesOf(id)).length >= 4, 'the first call');
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
    house.database.read,
  );
  await inState(id, 'succeeded');
  const next = await addWish(house.database, { accountId, prompt: 'y' });
  await inState(next, 'succeeded');
  expect((await attemptsOf(next)).map((attempt) => attempt.worker_id)).toEqual([worker.id]);
});
