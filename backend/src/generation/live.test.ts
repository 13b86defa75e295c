import { randomUUID } from 'node:crypto';
import type { Generation, LiveDrawing, LiveDrawingInput, Model } from '@rendermart/contract';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import type { Worker } from './index.ts';
import { ensureModels } from './models.ts';
import { askLive, claimLive, endLive, forgetLive, takeLive } from './store-live.ts';
import { type House, eventually, makeImagesDir, openHouse } from './testing/house.ts';
import { type Site, openSite, setUp, signUp } from './testing/site.ts';
import { capabilities } from './testing/wishes.ts';

let server: TestDatabase;
let images: Awaited<ReturnType<typeof makeImagesDir>>;
let house: House;
let site: Site;
let ada: { cookie: string; id: string };
const workers: Worker[] = [];

beforeAll(async () => {
  server = await testDatabase();
  images = await makeImagesDir();
  house = await openHouse({ url: server.url, imagesDir: images.path });
  const live = { size: { width: 64, height: 64 }, steps: 2 };
  const model = (id: string, more: object = {}) => ({
    ...{ id, name: id, description: '', engine: 'fake', engineModel: 'fake', priceCredits: '0', enabled: true },
    ...{ options: { capabilities: { ...capabilities, live } }, capabilities: { ...capabilities, live }, ...more },
  });
  await ensureModels(house, [model('quick'), model('priced', { priceCredits: '2' }), model('slow', { capabilities })]);
  site = await openSite(house);
  ada = await setUp(site);
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.drain()));
  expect((await house.database.pool.query('select from generation.live_drawings')).rows).toEqual([]);
});
afterAll(async () => {
  await site.close();
  await house.close();
  await server.close();
  await images.remove();
});

const work = (capacity = 2) =>
  void workers.push(house.generation.startWorker({ engines: house.engines, capacity, graceMs: 20_000 }));
const draw = (prompt: string, { who = ada, ...more }: { who?: { cookie: string } } & Partial<LiveDrawingInput> = {}) =>
  site.ask<LiveDrawing>('POST', '/api/live-drawings', {
    cookie: who.cookie,
    body: { prompt, modelId: 'quick', seed: 7, ...more },
  });
const create = async (body: object) =>
  (await site.ask('POST', '/api/generations', { cookie: ada.cookie, body, key: randomUUID() })).body;
const read = async (id: string): Promise<Generation> =>
  (await site.ask('GET', `/api/generations/${id}`, { cookie: ada.cookie })).body;
const cancel = (id: string) => site.ask('POST', `/api/generations/${id}/cancel`, { cookie: ada.cookie });
const inState = (id: string, state: Generation['state']) =>
  eventually(async () => (await read(id)).state === state, `the generation to be ${state}`);

/** Asks again and again until a worker has time: on a machine that is busy with other tests that may take a while. */
const drawn = (prompt: string, more: Partial<LiveDrawingInput> = {}) =>
  eventually(async () => {
    const { status, body } = await draw(prompt, more);
    expect(status).toBe(200);
    return body.outcome === 'drawn' && body;
  }, 'a picture');

test('an idle worker draws at once; nothing is kept, counted or charged; kept, it is the same picture', async () => {
  work();
  const { picture, keep } = await drawn('a fox');
  expect(keep).toEqual({
    ...{ prompt: 'a fox', negativePrompt: '', modelId: 'quick', width: 64, height: 64 },
    ...{ steps: 2, guidanceScale: 7, seed: 7, count: 1, expectedPriceCredits: '0' },
  });
  expect(await site.ask('GET', '/api/generations', { cookie: ada.cookie })).toMatchObject({ body: { items: [] } });
  expect((await house.database.pool.query('select from library.images')).rows).toEqual([]);
  expect((await house.database.pool.query('select from ledger.transfers')).rows).toEqual([]);

  const { id } = await create(keep);
  await inState(id, 'succeeded');
  const kept = await house.library.openSource(ada.id, (await read(id)).images[0]!.id);
  expect(picture).toBe(`data:image/png;base64,${Buffer.from(kept!.bytes).toString('base64')}`);
});

test('a source image is followed at its strength; kept, it is the same picture again', async () => {
  work();
  const { id: first } = await create({ prompt: 'source', modelId: 'quick' });
  await inState(first, 'succeeded');
  const sourceImageId = (await read(first)).images[0]!.id;
  const source = { sourceImageId, denoisingStrength: 0.4 };
  const { picture, keep } = await drawn('a fox', source);
  expect(keep).toMatchObject(source);
  expect(picture).not.toBe((await drawn('a fox')).picture);

  const { id } = await create(keep);
  await inState(id, 'succeeded');
  const [image] = (await read(id)).images;
  expect(image!.parentId).toBe(sourceImageId);
  const kept = await house.library.openSource(ada.id, image!.id);
  expect(picture).toBe(`data:image/png;base64,${Buffer.from(kept!.bytes).toString('base64')}`);

  const bob = await signUp(site, 'bert');
  expect(await draw('a fox', { who: bob, ...source })).toMatchObject({
    status: 404,
    body: { error: { code: 'not_found', field: 'sourceImageId' } },
  });
});

test('without a worker it is dropped, not queued', async () => {
  expect((await draw('a fox')).body).toEqual({ outcome: 'busy' });
});

test('a worker that runs a generation draws for nobody who types', async () => {
  work();
  const { id } = await create({ prompt: 'a long one [slow 600000] [steps 1000]', modelId: 'quick' });
  await inState(id, 'running');
  expect((await draw('a fox')).body).toEqual({ outcome: 'busy' });
  await cancel(id);
  await inState(id, 'cancelled');
  await drawn('a fox');
});

test('a generation that begins stops the drawing of somebody who types', async () => {
  const fake = house.engines.get('fake')!;
  let begun = Promise.withResolvers<void>();
  let ended: { signal: AbortSignal } | undefined;
  const generate: typeof fake.generate = async function* (job, signal) {
    if (job.prompt.startsWith('typed')) begun.resolve();
    try {
      yield* fake.generate(job, signal);
    } finally {
      if (job.prompt.startsWith('typed')) ended = { signal };
    }
  };
  workers.push(house.generation.startWorker({ engines: new Map([['fake', { ...fake, generate }]]), capacity: 2 }));
  await eventually(async () => {
    begun = Promise.withResolvers<void>();
    const typed = draw('typed [slow 60000] [steps 1000]');
    await Promise.race([begun.promise, typed]);
    const { id } = await create({ prompt: 'a real one', modelId: 'quick' });
    expect((await typed).body).toEqual({ outcome: 'busy' });
    await inState(id, 'succeeded');
    // On a very slow machine its time may be over before the generation begins; then once more.
    return ended?.signal.reason?.name === 'AbortError';
  }, 'a drawing to give way');
});

test('while a generation waits, nothing is drawn for people who type', async () => {
  const { id } = await create({ prompt: 'waits', modelId: 'quick' });
  const wish = { id: randomUUID(), engine: 'fake', job: {} as never };
  await askLive(house.database.read, ada.id, wish);
  const claim = () => claimLive(house.database.read, { engines: ['fake'], freshMs: 60_000 });
  expect(await claim()).toBeUndefined();
  await cancel(id);
  expect(await claim()).toEqual(wish);
  await takeLive(house.database.read, wish.id);
});

test('whoever asks again takes the place of what they asked before, and people take turns', async () => {
  const bob = await signUp(site, 'bob');
  const ask = async (accountId: string) => {
    const wish = { id: randomUUID(), engine: 'fake', job: {} as never };
    await askLive(house.database.read, accountId, wish);
    return wish;
  };
  const older = await ask(ada.id);
  const ofBob = await ask(bob.id);
  const newer = await ask(ada.id);
  await endLive(house.database.read, older.id, { outcome: 'failed' });
  const claim = () => claimLive(house.database.read, { engines: ['fake'], freshMs: 60_000 });
  expect([await claim(), await claim(), await claim()]).toEqual([ofBob, newer, undefined]);
  expect(await takeLive(house.database.read, older.id)).toBeUndefined();
  for (const { id } of [ofBob, newer])
    expect(await takeLive(house.database.read, id)).toEqual({ outcome: null, picture: null, media_type: null });
});

test('the first of two drawings of one person is told that it was replaced', async () => {
  const first = draw('a fox');
  await eventually(
    async () => (await house.database.pool.query('select from generation.live_drawings')).rows.length === 1,
    'the first to be asked for',
  );
  const second = draw('a fox and a hen');
  expect((await first).body).toEqual({ outcome: 'replaced' });
  expect((await second).body).toEqual({ outcome: 'busy' });
});

test('what an asker that crashed left behind is removed', async () => {
  await askLive(house.database.read, ada.id, { id: randomUUID(), engine: 'fake', job: {} as never });
  await forgetLive(house.database.read);
  const count = async () => (await house.database.pool.query('select from generation.live_drawings')).rows.length;
  expect(await count()).toBe(1);
  await sql`update generation.live_drawings set asked_at = now() - interval '2 minutes'`.execute(house.database.read);
  await forgetLive(house.database.read);
  expect(await count()).toBe(0);
});

test('a failing engine is no reason to stop drawing', async () => {
  work();
  const failed = await eventually(async () => {
    const answer = await draw('[crash]');
    return answer.status !== 200 && answer;
  });
  expect(failed).toMatchObject({ status: 503, body: { error: { code: 'engine_unavailable' } } });
  await drawn('a fox');
});

test.each([
  ['a priced model', { modelId: 'priced' }, 409, 'live_drawing_off'],
  ['a model that is not fast', { modelId: 'slow' }, 409, 'live_drawing_off'],
  ['no such model', { modelId: 'nothing' }, 400, 'model_unknown'],
  ['a size of its own', { modelId: 'quick', width: 512 }, 400, 'invalid_input'],
  ['a seed that is none', { modelId: 'quick', seed: -1 }, 400, 'invalid_input'],
])('%s is refused', async (_what, more, status, code) => {
  expect(await draw('a fox', more)).toMatchObject({ status, body: { error: { code } } });
});

test('an over-long prompt is refused, and a visitor', async () => {
  expect(await draw('x'.repeat(2001))).toMatchObject({ status: 400, body: { error: { code: 'setting_out_of_range' } } });
  expect(await draw('a fox', { who: { cookie: '' } })).toMatchObject({ status: 401 });
});

test('models say whether they are drawn with while somebody types; an administrator can switch it off', async () => {
  const liveModels = async () =>
    (await site.ask<{ items: Model[] }>('GET', '/api/models', { cookie: ada.cookie })).body.items
      .filter(({ live }) => live)
      .map(({ id }) => id);
  const allow = (liveDrawing: boolean) => site.ask('PATCH', '/api/admin/settings', { cookie: ada.cookie, body: { liveDrawing } });
  expect(await liveModels()).toEqual(['quick']);
  await allow(false);
  expect(await liveModels()).toEqual([]);
  expect(await draw('a fox')).toMatchObject({ status: 409, body: { error: { code: 'live_drawing_off' } } });
  await allow(true);
  expect(await liveModels()).toEqual(['quick']);
});

test('more than four a second for minutes is no typing', async () => {
  const eve = await signUp(site, 'eve');
  await house.database.pool.query("update platform.rate_limits set points = 240 where key like 'live:account:%'");
  const own = await draw('a fox', { who: eve });
  expect(own.body).toEqual({ outcome: 'busy' });
  await house.database.pool.query("update platform.rate_limits set points = 240 where key like 'live:account:%'");
  expect(await draw('a fox', { who: eve })).toMatchObject({ status: 429, body: { error: { code: 'rate_limited' } } });
});
