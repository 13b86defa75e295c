import { randomUUID } from 'node:crypto';
import type { Generation, QueueReport } from '@rendermart/contract';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Library } from '../library/index.ts';
import { Failure } from '../platform/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import type { Worker } from './index.ts';
import { type House, eventually, makeImagesDir, openHouse } from './testing/house.ts';
import { type Site, openSite, setUp } from './testing/site.ts';
import { addModels, findLaneErrors } from './testing/wishes.ts';

let server: TestDatabase;
let images: Awaited<ReturnType<typeof makeImagesDir>>;
let house: House;
let site: Site;
let cookie: string;
const workers: Worker[] = [];
/** Set by a test: stores instead of the library, which it is given. */
let storeInstead:
  | ((library: Library, ...given: Parameters<Library['storeOriginal']>) => ReturnType<Library['storeOriginal']>)
  | undefined;

beforeAll(async () => {
  server = await testDatabase();
  images = await makeImagesDir();
  house = await openHouse({
    url: server.url,
    imagesDir: images.path,
    stepMs: 5,
    library: (library) => ({
      ...library,
      storeOriginal: (bytes, expected) =>
        storeInstead ? storeInstead(library, bytes, expected) : library.storeOriginal(bytes, expected),
    }),
  });
  await addModels(house.database);
  site = await openSite(house);
  ({ cookie } = await setUp(site));
});
afterEach(async () => {
  storeInstead = undefined;
  await Promise.all(workers.splice(0).map((worker) => worker.drain()));
  expect(await findLaneErrors(house.database)).toEqual([]);
  expect(await findOrphans()).toEqual([]);
});
afterAll(async () => {
  await site.close();
  await house.close();
  await server.close();
  await images.remove();
});

const work = (capacity = 2, graceMs = 20_000) =>
  workers.push(house.generation.startWorker({ engines: house.engines, capacity, graceMs }));
const create = async (body: object): Promise<Generation> =>
  (await site.ask('POST', '/api/generations', { cookie, body, key: randomUUID() })).body;
const read = async (id: string): Promise<Generation> => (await site.ask('GET', `/api/generations/${id}`, { cookie })).body;
const act = (id: string, what: 'cancel' | 'retry') => site.ask('POST', `/api/generations/${id}/${what}`, { cookie });
const ended = (id: string) =>
  eventually(async () => {
    const generation = await read(id);
    return generation.finishedAt !== null && generation;
  }, 'the end of a generation');
const running = (id: string) =>
  eventually(async () => {
    const generation = await read(id);
    return generation.progress !== null && generation;
  }, 'progress of a generation');
const attemptsOf = async (id: string) =>
  (
    await sql<{
      outcome: string;
    }>`select outcome from generation.attempts where generation_id = ${id} order by started_at`.execute(house.database.read)
  ).rows.map((row) => row.outcome);

/** Leases and progress that nobody holds any more; there must be none when nothing runs. */
async function findOrphans(): Promise<unknown[]> {
  const { rows } = await sql`
    select 'attempt' as what, id from generation.attempts where outcome is null and not exists (select from generation.generations g where g.attempt_id = attempts.id)
    union all select 'progress', generation_id from generation.progress p where not exists (select from generation.generations g where g.attempt_id = p.attempt_id)`.execute(
    house.database.read,
  );
  return rows;
}

test('a worker loads the default model before anybody asks, and draws all the same when that fails', async () => {
  const warmed: string[] = [];
  const warming = (warmUp: (name: string) => void) =>
    new Map(
      [...house.engines].map(([name, engine]) => [
        name,
        { ...engine, warmUp: async (model: { name: string }) => warmUp(model.name) },
      ]),
    );
  const start = (engines: typeof house.engines) => workers.push(house.generation.startWorker({ engines, capacity: 1 }));
  start(warming((name) => warmed.push(name)));
  await eventually(() => warmed.length > 0);
  expect(warmed).toEqual(['fake']);
  start(
    warming(() => {
      throw new Error('the weights are damaged');
    }),
  );
  const { id } = await create({ prompt: 'a red fox', width: 64, height: 64 });
  expect((await ended(id)).state).toBe('succeeded');
});

describe('a run', () => {
  test('draws every image with its own seed, in order, with its recipe', async () => {
    work();
    const { id } = await create({ prompt: 'a red fox', count: 6, seed: 4_294_967_293, steps: 3 });
    const done = await ended(id);
    expect(done).toMatchObject({ state: 'succeeded', attempts: 1, failure: null, queue: null, progress: null });
    expect(done.images.map((image) => image.recipe!.seed)).toEqual([4_294_967_293, 4_294_967_294, 4_294_967_295, 0, 1, 2]);
    expect(done.images[0]).toMatchObject({
      generationId: id,
      mine: true,
      width: 64,
      height: 64,
      recipe: { prompt: 'a red fox', modelId: 'fake', engine: 'fake', steps: 3 },
    });
    expect(await attemptsOf(id)).toEqual(['succeeded']);
  });

  test('draws the same pictures again from the same seed', async () => {
    work();
    const [one, two] = await Promise.all([
      create({ prompt: 'twice', seed: 5, count: 2 }),
      create({ prompt: 'twice', seed: 5, count: 2 }),
    ]);
    const keys = async (id: string) =>
      (
        await sql<{ sha256: string }>`
      select b.sha256 from library.images i join library.blobs b on b.id = i.blob_id where i.generation_id = ${id} order by i.generation_index`.execute(
          house.database.read,
        )
      ).rows;
    await Promise.all([ended(one.id), ended(two.id)]);
    expect(await keys(one.id)).toEqual(await keys(two.id));
    expect(await keys(one.id)).toHaveLength(2);
  });

  test('draws from a source image, which becomes the parent', async () => {
    work();
    const source = (await ended((await create({ prompt: 'source' })).id)).images[0]!;
    const plain = await ended((await create({ prompt: 'x', seed: 1 })).id);
    const drawn = await ended((await create({ prompt: 'x', seed: 1, sourceImageId: source.id, denoisingStrength: 0.4 })).id);
    expect(drawn.images[0]).toMatchObject({ parentId: source.id, recipe: { sourceImageId: source.id, denoisingStrength: 0.4 } });
    expect(drawn.images[0]!.placeholder).not.toBe(plain.images[0]!.placeholder);
  });

  test('draws only the masked part of a source image anew, as its recipe says', async () => {
    work();
    const source = (await ended((await create({ prompt: 'source' })).id)).images[0]!;
    const maskId = randomUUID();
    await sql`insert into library.masks select ${maskId}::uuid, id, account_id, blob_id, media_type, width, height, now()
      from library.images where id = ${source.id}`.execute(house.database.read);
    const wish = { prompt: 'x', seed: 1, sourceImageId: source.id };
    const whole = await ended((await create(wish)).id);
    const masked = await ended((await create({ ...wish, maskId })).id);
    expect(masked).toMatchObject({ maskId, images: [{ recipe: { maskId } }] });
    expect(whole.images[0]!.recipe).not.toHaveProperty('maskId');
    expect(masked.images[0]!.placeholder).not.toBe(whole.images[0]!.placeholder);
    const { body } = await site.ask('POST', '/api/generations', {
      cookie,
      key: randomUUID(),
      body: { ...wish, maskId: source.id },
    });
    expect(body.error).toMatchObject({ code: 'not_found', field: 'maskId' });
  });

  test('tells progress that never goes back, over all of its calls', async () => {
    work();
    const { id } = await create({ prompt: 'slow [slow 400]', modelId: 'single', count: 3, steps: 8 });
    const seen: number[] = [];
    await eventually(async () => {
      const generation = await read(id);
      if (generation.progress) {
        expect(generation.progress.steps).toBe(24);
        seen.push(generation.progress.step);
      }
      return generation.finishedAt !== null;
    }, 'the end');
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
    expect(new Set(seen).size).toBeGreaterThan(2);
  });

  test('what the engine says of the request reaches the person', async () => {
    work();
    const done = await ended((await create({ prompt: 'x [size-wrong]' })).id);
    expect(done.warnings).toMatchObject([{ code: 'setting_changed', setting: 'width' }]);
    expect(done.images[0]).toMatchObject({ width: 56, recipe: { warnings: [expect.any(String)] } });
  });
});

describe('engines that fail', () => {
  test.each([
    ['x [refuse]', 'failed', 'refused_prompt', 1],
    ['x [fail provider_credit]', 'failed', 'provider_credit', 1],
    ['x [fail engine_lost]', 'failed', 'engine_lost', 2],
    ['x [crash]', 'failed', 'engine_failed', 2],
    ['x [fail-once engine_lost]', 'succeeded', undefined, 2],
    ['x [fail-once no_capacity]', 'succeeded', undefined, 2],
    ['x [fail-once rate_limited]', 'succeeded', undefined, 2],
  ])('%s → %s %s after %d attempts', async (prompt, state, code, attempts) => {
    work();
    const done = await ended((await create({ prompt: `${prompt} ${randomUUID()}` })).id);
    expect([done.state, done.failure?.code, done.attempts]).toEqual([state, code, attempts]);
    expect(done.images).toHaveLength(state === 'succeeded' ? 1 : 0);
  });

  test('retry continues with the same seed, and keeps what had landed', async () => {
    work();
    let left = 2;
    storeInstead = async (library, bytes, expected) => {
      if (left-- === 0) throw new Failure('storage_full');
      return library.storeOriginal(bytes, expected);
    };
    const { id } = await create({ prompt: 'partly', modelId: 'single', count: 4, seed: 10 });
    const failed = await ended(id);
    expect(failed).toMatchObject({ state: 'failed', failure: { code: 'storage_full' } });
    expect(failed.images.map((image) => image.recipe!.seed)).toEqual([10, 11]);
    storeInstead = undefined;
    expect((await act(id, 'retry')).status).toBe(202);
    const done = await ended(id);
    expect(done).toMatchObject({ state: 'succeeded', seed: 10, failure: null });
    expect(done.images.map((image) => image.recipe!.seed)).toEqual([10, 11, 12, 13]);
    expect(done.images.slice(0, 2)).toEqual(failed.images);
  });

  test('what succeeded cannot be tried again', async () => {
    work();
    const { id } = await ended((await create({ prompt: 'x' })).id);
    expect((await act(id, 'retry')).body.error!.code).toBe('generation_not_retryable');
  });
});

describe('cancel', () => {
  test('a waiting one ends at once and leaves its lane', async () => {
    const { id } = await create({ prompt: 'x' });
    expect((await act(id, 'cancel')).body).toMatchObject({ state: 'cancelled', cancelRequested: true, startedAt: null });
    work();
    const other = await ended((await create({ prompt: 'y' })).id);
    expect(other.state).toBe('succeeded');
    expect((await read(id)).attempts).toBe(0);
  });

  test('a running one stops within a step, and what has landed stays', async () => {
    work();
    const { id } = await create({ prompt: 'x [slow 600]', modelId: 'single', count: 8, steps: 6 });
    await eventually(async () => (await read(id)).images.length > 0, 'the first image');
    await act(id, 'cancel');
    const done = await ended(id);
    expect(done.state).toBe('cancelled');
    expect(done.images.length).toBeGreaterThan(0);
    expect(done.images.length).toBeLessThan(8);
    expect(await attemptsOf(id)).toEqual(['cancelled']);
  });

  test('a model that cannot be stopped is left to itself', async () => {
    work();
    const { id } = await create({ prompt: 'x [slow 60000]', modelId: 'endless', steps: 4 });
    await eventually(async () => (await read(id)).state === 'running', 'the start');
    await act(id, 'cancel');
    expect(await ended(id)).toMatchObject({ state: 'cancelled', images: [] });
  });

  test('an engine that does not stop is left to itself soon, and its worker can leave', async () => {
    const hangs = async function* () {
      yield { type: 'progress' as const, step: 1, steps: 2 };
      await new Promise(() => {});
    };
    const engines = new Map([['fake', { ...house.engines.get('fake')!, generate: hangs }]]);
    const worker = house.generation.startWorker({ engines, capacity: 1 });
    const { id } = await create({ prompt: 'x' });
    await running(id);
    await act(id, 'cancel');
    expect(await ended(id)).toMatchObject({ state: 'cancelled', images: [] });
    await worker.drain();
  });

  test('one that was put off ends at once', async () => {
    work();
    const { id } = await create({ prompt: 'x [fail no_capacity]' });
    await eventually(async () => (await attemptsOf(id))[0] === 'postponed', 'the postponement');
    expect(await read(id)).toMatchObject({ state: 'queued', queue: { position: 1 } });
    expect((await act(id, 'cancel')).body.state).toBe('cancelled');
  });

  test.each(['x', 'x [refuse]'])('an ended one (%s) is refused', async (prompt) => {
    work();
    const { id, state } = await ended((await create({ prompt })).id);
    expect(await act(id, 'cancel')).toMatchObject({ status: 409, body: { error: { code: 'generation_not_cancellable' } } });
    expect((await read(id)).state).toBe(state);
  });

  test('asked for by many at once is one cancellation, and trying again draws it', async () => {
    work();
    const { id, seed } = await create({ prompt: 'x [slow 5000]' });
    await running(id);
    const answers = await Promise.all(Array.from({ length: 5 }, () => act(id, 'cancel')));
    expect(answers.every((answer) => answer.status === 200 || answer.body.error?.code === 'generation_not_cancellable')).toBe(
      true,
    );
    expect((await ended(id)).state).toBe('cancelled');
    await act(id, 'retry');
    expect(await running(id)).toMatchObject({ seed, cancelRequested: false });
    await act(id, 'cancel');
    await ended(id);
  });
});

describe('draining a worker', () => {
  test('lets what runs finish and claims nothing more', async () => {
    work(1);
    const first = await create({ prompt: 'x [slow 500]' });
    await running(first.id);
    const second = await create({ prompt: 'y' });
    await workers.pop()!.drain();
    expect((await read(first.id)).state).toBe('succeeded');
    expect(await read(second.id)).toMatchObject({ state: 'queued', attempts: 0 });
    work();
    await ended(second.id);
  });

  test('puts back what does not finish in time, in front, without a strike', async () => {
    work(1, 50);
    const slow = await create({ prompt: 'x [slow 1500]' });
    await running(slow.id);
    const later = await create({ prompt: 'y' });
    await workers.pop()!.drain();
    expect(await read(slow.id)).toMatchObject({ state: 'queued', startedAt: null, progress: null, queue: { position: 1 } });
    work(1);
    const [one, two] = [await ended(slow.id), await ended(later.id)];
    expect([one.state, one.attempts, two.state]).toEqual(['succeeded', 2, 'succeeded']);
    expect(one.startedAt! < two.startedAt!).toBe(true);
    expect(await attemptsOf(slow.id)).toEqual(['released', 'succeeded']);
  });
});

test('what is tried again has waited since then, and not since it was first asked for', async () => {
  const report = async () => (await site.ask<QueueReport>('GET', '/api/admin/queue', { cookie })).body;
  const waited = async () =>
    Number(/^rendermart_generation_wait_seconds_sum\{model="fake"\} (.+)$/m.exec(await house.metrics.metrics())?.[1] ?? 0);
  const before = await waited();
  const { id } = await create({ prompt: 'x' });
  await act(id, 'cancel');
  await sql`update generation.generations set finished_at = now() - interval '2 hours' where finished_at is not null`.execute(
    house.database.read,
  );
  await sql`update generation.generations set created_at = now() - interval '1 day' where id = ${id}`.execute(
    house.database.read,
  );
  expect((await act(id, 'retry')).status).toBe(202);
  const aMinute = 60_000;
  expect((await report()).models.find(({ modelId }) => modelId === 'fake')!.oldestQueuedMs).toBeLessThan(aMinute);
  work();
  await ended(id);
  expect((await report()).lastHour).toMatchObject({ succeeded: 1, waitP95Ms: expect.any(Number) });
  expect((await report()).lastHour.waitP95Ms).toBeLessThan(aMinute);
  expect(((await waited()) - before) * 1000).toBeLessThan(aMinute);
});

test('figures count what happened', async () => {
  work();
  await ended((await create({ prompt: 'x', count: 2 })).id);
  const text = await house.metrics.metrics();
  for (const name of [
    'rendermart_queue_depth',
    'rendermart_generation_wait_seconds_count',
    'rendermart_images_total',
    'rendermart_engine_failures_total',
    'rendermart_event_streams_open',
  ]) {
    expect(text).toContain(name);
  }
});
