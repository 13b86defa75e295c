import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import type { Generation } from '@rendermart/contract';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeHttpServer, mountRoutes } from '../platform/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { formatEvent, parseLastEventId } from './events/format.ts';
import { makeEventStream } from './events/stream.ts';
import type { Worker } from './index.ts';
import { type House, eventually, makeImagesDir, openHouse } from './testing/house.ts';
import { type Ear, type Site, listen, openSite, setUp, signUp } from './testing/site.ts';
import { addModels } from './testing/wishes.ts';

let server: TestDatabase;
let images: Awaited<ReturnType<typeof makeImagesDir>>;
let houses: House[];
let site: Site;
let otherSite: Site;
let worker: Worker;
let ada: { cookie: string; id: string };
let bob: { cookie: string; id: string };
const ears: Ear[] = [];

beforeAll(async () => {
  server = await testDatabase();
  images = await makeImagesDir();
  const open = () => openHouse({ url: server.url, imagesDir: images.path, stepMs: 20 });
  houses = await Promise.all([open(), open(), open()]);
  await addModels(houses[0]!.database);
  [site, otherSite] = await Promise.all([openSite(houses[0]!), openSite(houses[1]!)]);
  worker = houses[2]!.generation.startWorker({ engines: houses[2]!.engines, capacity: 2 });
  ada = await setUp(site);
  bob = await signUp(site, 'bob');
});
afterEach(() => Promise.all(ears.splice(0).map((ear) => ear.close())));
afterAll(async () => {
  await worker.drain();
  await Promise.all([site.close(), otherSite.close()]);
  await Promise.all(houses.map((house) => house.close()));
  await server.close();
  await images.remove();
});

const hear = async (at = site, who = ada, lastEventId?: string) => {
  const ear = await listen(at, who.cookie, lastEventId);
  ears.push(ear);
  await eventually(() => ear.heard[0]?.type === 'hello', 'hello');
  return ear;
};
const create = async (prompt: string, more: object = {}, who = ada): Promise<Generation> =>
  (await site.ask('POST', '/api/generations', { cookie: who.cookie, key: randomUUID(), body: { prompt, ...more } })).body;
const snapshots = (ear: Ear, id: string) => ear.heard.flatMap((event) => (event.generation?.id === id ? [event.generation] : []));
const heardState = (ear: Ear, id: string, state: string) =>
  eventually(() => snapshots(ear, id).find((generation) => generation.state === state), `${state} in the stream`);

test('a stream tells a whole generation, at another copy of the API, in order, and GET says the same', async () => {
  const ear = await hear(otherSite);
  expect(ear.headers.get('content-type')).toContain('text/event-stream');
  expect(ear.headers.get('x-accel-buffering')).toBe('no');
  const { id } = await create('x [slow 600]', { modelId: 'single', count: 2, steps: 10 });
  const last = await heardState(ear, id, 'succeeded');
  const told = snapshots(ear, id);
  // A worker may be quicker than the news that it has something to do.
  const states = new Set(told.map((generation) => generation.state));
  expect([...new Set(['queued', ...states])]).toEqual(['queued', 'running', 'succeeded']);
  expect(told.map((generation) => generation.images.length)).toEqual(
    told.map((generation) => generation.images.length).toSorted(),
  );
  expect(new Set(told.map((generation) => generation.images.length))).toEqual(new Set([0, 1, 2]));
  expect(told.some((generation) => generation.progress !== null)).toBe(true);
  const sequences = told.map((generation) => Number(generation.sequence));
  expect(sequences).toEqual(sequences.toSorted((one, other) => one - other));
  expect((await site.ask('GET', `/api/generations/${id}`, { cookie: ada.cookie })).body).toEqual(last);
});

test('previews go to the owner only, small, and are gone at the end', async () => {
  const [own, foreign] = [await hear(), await hear(otherSite, bob)];
  const { id } = await create('x [slow 1500]', { steps: 10 });
  const preview = await eventually(() => own.heard.find((event) => event.type === 'preview'), 'a preview');
  expect(preview).toMatchObject({ generationId: id, picture: expect.stringMatching(/^data:image\/webp;base64,/) });
  await heardState(own, id, 'succeeded');
  expect((await sql`select from generation.progress where generation_id = ${id}`.execute(houses[0]!.database.read)).rows).toEqual(
    [],
  );
  const after = await create('marker', {}, bob);
  await heardState(foreign, after.id, 'succeeded');
  expect(foreign.heard.filter((event) => event.generationId === id || event.generation?.id === id)).toEqual([]);
});

test('who comes back at another copy hears what was missed', async () => {
  const first = await hear();
  const before = await create('before');
  await heardState(first, before.id, 'succeeded');
  const lastId = first.lastId();
  await first.close();
  const missed = await create('missed');
  await eventually(
    async () => (await site.ask('GET', `/api/generations/${missed.id}`, { cookie: ada.cookie })).body.state === 'succeeded',
    'the end',
  );
  const running = await create('x [slow 4000]');
  const second = await hear(otherSite, ada, lastId);
  expect((await heardState(second, missed.id, 'succeeded')).images).toHaveLength(1);
  await heardState(second, running.id, 'running');
  await site.ask('POST', `/api/generations/${running.id}/cancel`, { cookie: ada.cookie });
  await heardState(second, running.id, 'cancelled');
});

test('a stream that heard nothing but hello can be resumed too', async () => {
  const first = await hear();
  const lastId = first.lastId();
  await first.close();
  const { id } = await create('x');
  await heardState(await hear(site, ada, lastId), id, 'succeeded');
});

test('a listening connection that breaks is made up for', async () => {
  const ear = await hear();
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'rendermart-listen'`.execute(
    houses[0]!.database.read,
  );
  const { id } = await create('x');
  await heardState(ear, id, 'succeeded');
});

test('an end that no bell told of, because its process was killed, is told all the same', async () => {
  const ear = await hear();
  const { id } = await create('x [slow 60000]');
  await heardState(ear, id, 'running');
  await sql`
    update generation.generations set state = 'cancelled', attempt_id = null, finished_at = now(), sequence = nextval('generation.changes')
    where id = ${id}`.execute(houses[0]!.database.read);
  await heardState(ear, id, 'cancelled');
});

test('places in the queue are told again while others go first', async () => {
  const ear = await hear();
  const blocking = await Promise.all([1, 2].map(() => create('x [slow 60000]')));
  await Promise.all(blocking.map(({ id }) => heardState(ear, id, 'running')));
  const waiting = [await create('one', { seed: 1 }), await create('two', { seed: 2 })];
  expect(waiting.map((generation) => generation.queue?.position)).toEqual([1, 2]);
  await site.ask('POST', `/api/generations/${waiting[0]!.id}/cancel`, { cookie: ada.cookie });
  await eventually(() => snapshots(ear, waiting[1]!.id).some((generation) => generation.queue?.position === 1), 'the new place');
  await Promise.all(
    [...blocking, waiting[1]!].map(({ id }) => site.ask('POST', `/api/generations/${id}/cancel`, { cookie: ada.cookie })),
  );
});

test('a reader who goes while it is asked who they are leaves no stream', async () => {
  const house = houses[0]!;
  const openStreams = async () =>
    (await house.metrics.getSingleMetric('rendermart_event_streams_open')!.get()).values[0]?.value ?? 0;
  await eventually(async () => (await openStreams()) === 0, 'the streams of other tests to close');
  const authenticate = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const slow = makeHttpServer({ log: house.deps.log, trustedProxies: [], maxBodyBytes: 1_000 });
  slow.addHook('onRequest', async (_request, reply) => void reply.raw.on('close', left.resolve));
  const opened = vi.fn<typeof house.generation.handlers.eventStream>(house.generation.handlers.eventStream);
  mountRoutes(
    slow,
    { eventStream: opened },
    {
      authenticate: async (headers) => {
        asked.resolve();
        await authenticate.promise;
        return house.accounts.authenticate(headers);
      },
      trustedOrigins: [],
    },
  );
  const origin = await slow.listen({ port: 0, host: '127.0.0.1' });
  const stop = new AbortController();
  const request = fetch(`${origin}/api/events`, { headers: { cookie: ada.cookie }, signal: stop.signal }).catch(() => {});
  await asked.promise;
  stop.abort();
  await Promise.all([request, left.promise]);
  authenticate.resolve();
  await eventually(() => opened.mock.results[0], 'the stream to be opened');
  await opened.mock.results[0]!.value;
  expect(await openStreams()).toBe(0);
  await slow.close();
});

describe('goodbye', () => {
  test('to a session that was signed out, and to nobody else', async () => {
    const signedIn = await site.ask('POST', '/api/sessions', {
      body: { email: 'bob@example.com', password: 'correct horse battery' },
    });
    const [leaving, staying] = [await hear(otherSite, { ...bob, cookie: signedIn.cookie! }), await hear(otherSite, bob)];
    await site.ask('DELETE', '/api/sessions/current', { cookie: signedIn.cookie });
    await leaving.ended;
    expect(leaving.heard.at(-1)).toMatchObject({ type: 'goodbye', reason: 'signed_out' });
    const { id } = await create('still here', {}, bob);
    await heardState(staying, id, 'succeeded');
  });

  test('to somebody who was disabled', async () => {
    const carl = await signUp(site, 'carl');
    const ear = await hear(otherSite, carl);
    await site.ask('PATCH', `/api/admin/people/${carl.id}`, { cookie: ada.cookie, body: { disabled: true } });
    await ear.ended;
    expect(ear.heard.at(-1)).toMatchObject({ type: 'goodbye', reason: 'signed_out' });
  });

  test('to all when the process stops, with a time to come back', async () => {
    const house = await openHouse({ url: server.url, imagesDir: images.path });
    const stopping = await openSite(house);
    const ear = await listen(stopping, ada.cookie);
    await eventually(() => ear.heard.length > 0, 'hello');
    await stopping.close();
    await ear.ended;
    expect(ear.heard.at(-1)).toMatchObject({ type: 'goodbye', reason: 'restarting' });
    await house.close();
  });

  test('a stranger gets no stream', async () => {
    expect((await fetch(`${site.url}/api/events`)).status).toBe(401);
  });
});

describe('a slow reader', () => {
  test('gets the latest of each, not everything', async () => {
    const out = new PassThrough({ highWaterMark: 10 });
    const stream = makeEventStream(out);
    for (let step = 0; step < 100; step++) {
      stream.send('a', `a${step};`);
      stream.send('b', `b${step};`);
    }
    stream.end('bye');
    let text = '';
    for await (const chunk of out) text += chunk;
    expect(text.length).toBeLessThan(60);
    expect(text).toMatch(/bye$/);
  });

  test('takes up where it is when it reads on', async () => {
    const out = new PassThrough({ highWaterMark: 4 });
    const stream = makeEventStream(out);
    stream.send('a', 'first;');
    for (let step = 0; step < 50; step++) stream.send('a', `a${step};`);
    expect(String(out.read())).toBe('first;');
    await eventually(() => out.readableLength > 0, 'the rest');
    expect(String(out.read())).toBe('a49;');
  });

  test('is given up when too much waits', () => {
    const stream = makeEventStream(new PassThrough({ highWaterMark: 4 }));
    stream.send('a', 'first;');
    for (let key = 0; key < 3; key++) stream.send(String(key), 'x'.repeat(200_000));
    expect(stream.beat()).toBe(true);
    for (let key = 3; key < 6; key++) stream.send(String(key), 'x'.repeat(200_000));
    expect(stream.beat()).toBe(false);
  });

  test('hears what came during the replay after the replay', () => {
    const out = new PassThrough();
    const stream = makeEventStream(out);
    stream.hold();
    stream.send('g', 'live;');
    stream.sendNow('replayed;');
    stream.release();
    expect(`${out.read()}${out.read()}`).toBe('replayed;live;');
  });
});

test.each([
  ['12', 12],
  ['0', 0],
  [undefined, null],
  ['', null],
  ['-1', null],
  ['1e3', null],
  ['99999999999999999999', null],
])('Last-Event-ID %s → %s', (header, id) => {
  expect(parseLastEventId(header)).toBe(id);
});

test('events are written as the standard says', () => {
  expect(formatEvent({ type: 'goodbye', reason: 'restarting' }, 7)).toBe(
    'id: 7\nevent: goodbye\ndata: {"type":"goodbye","reason":"restarting"}\n\n',
  );
});
