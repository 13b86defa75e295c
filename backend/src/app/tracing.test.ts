import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StopTracing, currentTraceparent, makeMetrics, startTracing } from '../platform/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { type Collector, openCollector } from './collector.test-support.ts';
import { readConfig } from './config.ts';
import { makeHealth } from './health.ts';
import { makeApiServer } from './http.ts';
import { type Rooms, wireRooms } from './wire.ts';

const secret = 'a secret of this test, used once and thrown away';
const prompt = 'a very private red fox';
const [traceId, pageSpan] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];

let collector: Collector;
let home: TestDatabase;
let dataDir: string;
let rooms: Rooms;
let server: FastifyInstance;
let stopTracing: StopTracing;
let stopWorker: () => Promise<void>;
let origin: string;
let cookie: string;

beforeAll(async () => {
  [collector, home] = await Promise.all([openCollector(), testDatabase()]);
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-traces-'));
  const { endpoint } = collector;
  stopTracing = await startTracing({
    endpoint,
    service: 'rendermart-test',
    pageService: 'rendermart-page',
    version: '1',
    ratio: 1,
  });
  const config = readConfig({
    DATABASE_URL: home.url,
    AUTH_SECRET: secret,
    DATA_DIR: dataDir,
    ENGINES: 'local',
    LOG_LEVEL: 'silent',
  });
  const metrics = makeMetrics('all');
  rooms = await wireRooms('all', config, metrics);
  server = await makeApiServer(config, rooms, makeHealth(rooms.database, rooms.storage, 'test'), metrics);
  origin = await server.listen({ port: 0, host: '127.0.0.1' });
  const worker = rooms.generation.startWorker({ engines: rooms.engines, capacity: 2 });
  stopWorker = () => worker.drain();
  const setUp = await post('/api/setup', { name: 'Ada', email: 'ada@example.com', password: 'ten-letters-and-more' });
  cookie = setUp.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
});
afterAll(async () => {
  await stopWorker();
  await server.close();
  await rooms.close();
  await stopTracing();
  collector.close();
  await home.close();
  fs.rmSync(dataDir, { recursive: true });
});

const post = (where: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(origin + where, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** What the page hands over of one act. */
const act = (more: object = {}) => ({
  traceId,
  spanId: pageSpan,
  call: 'generationCreate',
  startedAgoMs: 2_000,
  durationMs: 40,
  status: 202,
  ...more,
});
const handOver = (spans: object[], headers: Record<string, string> = { cookie }) =>
  post('/api/traces', { sentAtMs: Date.now(), spans }, headers);

test('one trace goes from the click through queue and worker into the engine’s own process, and tells nothing that people wrote', async () => {
  const headers = { cookie, 'idempotency-key': randomUUID(), traceparent: `00-${traceId}-${pageSpan}-01` };
  const asked = await post('/api/generations', { prompt, count: 1 }, headers);
  expect(asked.status).toBe(202);
  expect(asked.headers.get('traceresponse')).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  const { id } = (await asked.json()) as { id: string };
  expect((await handOver([act()])).status).toBe(204);
  const mine = () => collector.spans().filter((span) => span.traceId === traceId);
  const names = () => mine().map(({ name }) => name);
  const before = ['page generationCreate', 'POST /api/generations', 'generation queue'];
  const way = [...before, 'generation run', 'engine generate', 'inference draw', 'inference denoiser'];
  await expect.poll(names).toEqual(expect.arrayContaining(way));
  const found = (name: string) => mine().find((span) => span.name === name)!;
  const parents = way.map((name) => found(name).parentSpanId);
  expect(parents).toEqual([undefined, ...way.slice(0, -1).map((name) => found(name).spanId)]);
  const click = found('page generationCreate');
  expect([click.spanId, click.service, found('generation run').service]).toEqual([
    pageSpan,
    'rendermart-page',
    'rendermart-test',
  ]);
  expect(click.attributes).toContainEqual({ key: 'rendermart.call', value: { stringValue: 'generationCreate' } });
  expect(Number(BigInt(click.endTimeUnixNano) - BigInt(click.startTimeUnixNano)) / 1e6).toBeCloseTo(40, 1);
  expect(names().filter((name) => name === 'inference denoiser')).toHaveLength(4);
  expect(found('inference decoder').parentSpanId).toBe(found('inference draw').spanId);
  expect([found('engine generate').spanId, found('generation run').spanId]).toContain(found('storage put').parentSpanId);
  expect(found('generation run').attributes).toContainEqual({ key: 'rendermart.generation.id', value: { stringValue: id } });

  const everything = collector.received.join('\n');
  for (const written of [prompt, 'private', secret, cookie, cookie.split('=')[1]!, 'ada@example.com', 'ten-letters', home.url])
    expect(everything).not.toContain(written);
});

test('probes and handed-over traces are no spans, and outside of a request there is no trace to hand on', async () => {
  await fetch(`${origin}/api/health/ready`);
  await fetch(`${origin}/api/models`);
  await expect.poll(() => collector.spans().map(({ name }) => name)).toContain('GET /api/models');
  expect(collector.spans().filter(({ name }) => /health|traces/.test(name))).toEqual([]);
  expect(currentTraceparent()).toBeUndefined();
});

test.each([
  ['a stranger', [act()], {}, 401],
  ['a page of another site', [act()], { cookie: '', origin: 'https://elsewhere.example' }, 403],
  ['a call that this contract does not have', [act({ call: 'toString' })], undefined, 400],
  ['words of one’s own', [act({ note: 'buy now' })], undefined, 400],
  ['a name of one’s own', [act({ name: 'GET /bank' })], undefined, 400],
  ['an id that is none', [act({ traceId: '0'.repeat(32) })], undefined, 400],
  ['a time before the flood', [act({ startedAgoMs: 1e12 })], undefined, 400],
  ['more than a page has', Array.from({ length: 33 }, () => act()), undefined, 400],
  ['nothing', [], undefined, 400],
])('takes no span from %s', async (_what, spans, headers, status) => {
  expect((await handOver(spans, headers)).status).toBe(status);
});

test('takes only so many from one account', async () => {
  // Twice as many as a minute has room for: a minute may end meanwhile.
  const answers = await Promise.all(Array.from({ length: 242 }, () => handOver([act()])));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204, 429]));
});

// The last: it ends what the others are about.
test('where no traces are recorded, nothing takes spans and no answer asks for them', async () => {
  await stopTracing();
  expect((await handOver([act()])).status).toBe(404);
  const asked = await post('/api/generations', { prompt: '', count: 0 }, { cookie, traceparent: `00-${traceId}-${pageSpan}-01` });
  expect(asked.headers.has('traceresponse')).toBe(false);
});
