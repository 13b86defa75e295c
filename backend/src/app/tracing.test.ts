import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StopTracing, currentTraceparent, makeMetrics, startTracing } from '../platform/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { readConfig } from './config.ts';
import { makeHealth } from './health.ts';
import { makeApiServer } from './http.ts';
import { type Rooms, wireRooms } from './wire.ts';

/** A span as OTLP/HTTP's JSON says it (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding). */
interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  attributes: { key: string; value: Record<string, unknown> }[];
}

interface Export {
  resourceSpans: { resource: { attributes: Span['attributes'] }; scopeSpans: { spans: Span[] }[] }[];
}

const secret = 'a secret of this test, used once and thrown away';
const prompt = 'a very private red fox';
const [traceId, pageSpan] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];

let receiver: Server;
const received: string[] = [];
let home: TestDatabase;
let dataDir: string;
let rooms: Rooms;
let server: FastifyInstance;
let stopTracing: StopTracing;
let stopWorker: () => Promise<void>;
let origin: string;

const listen = async (one: Server) => {
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(one.address() as AddressInfo).port}`;
};

beforeAll(async () => {
  receiver = createServer((request, response) => {
    void text(request).then((body) => {
      if (request.url === '/v1/traces') received.push(body);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  home = await testDatabase();
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-traces-'));
  const endpoint = await listen(receiver);
  stopTracing = await startTracing({ endpoint, service: 'rendermart-test', version: '1', ratio: 1 });
  const config = readConfig({
    DATABASE_URL: home.url,
    AUTH_SECRET: secret,
    DATA_DIR: dataDir,
    ENGINES: 'fake',
    LOG_LEVEL: 'silent',
  });
  const metrics = makeMetrics('all');
  rooms = await wireRooms('all', config, metrics);
  server = await makeApiServer(config, rooms, makeHealth(rooms.database, rooms.storage, 'test'), metrics);
  origin = await server.listen({ port: 0, host: '127.0.0.1' });
  const worker = rooms.generation.startWorker({ engines: rooms.engines, capacity: 2 });
  stopWorker = () => worker.drain();
});
afterAll(async () => {
  await stopWorker();
  await server.close();
  await rooms.close();
  await stopTracing();
  receiver.close();
  await home.close();
  fs.rmSync(dataDir, { recursive: true });
});

const post = (where: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(origin + where, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const spans = () =>
  received
    .flatMap((body) => (JSON.parse(body) as Export).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));

test('a trace goes from the page’s click to the engine and the store, and tells nothing that people wrote', async () => {
  const setUp = await post('/api/setup', { name: 'Ada', email: 'ada@example.com', password: 'ten-letters-and-more' });
  const cookie = setUp.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const asked = await post(
    '/api/generations',
    { prompt, count: 1 },
    {
      cookie,
      'idempotency-key': randomUUID(),
      traceparent: `00-${traceId}-${pageSpan}-01`,
    },
  );
  expect(asked.status).toBe(202);
  const { id } = (await asked.json()) as { id: string };
  const mine = () => spans().filter((span) => span.traceId === traceId);
  await expect.poll(() => mine().map(({ name }) => name), { timeout: 20_000 }).toContain('generation run');

  const found = (name: string) => mine().find((span) => span.name === name)!;
  const [request, queued, run, engine, put] = [
    'POST /api/generations',
    'generation queue',
    'generation run',
    'engine generate',
    'storage put',
  ].map(found);
  expect(request!.parentSpanId).toBe(pageSpan);
  expect(queued!.parentSpanId).toBe(request!.spanId);
  expect(run!.parentSpanId).toBe(queued!.spanId);
  expect(engine!.parentSpanId).toBe(run!.spanId);
  const parents = new Map(mine().map((span) => [span.spanId, span.parentSpanId]));
  expect([engine!.spanId, run!.spanId]).toContain(parents.get(put!.spanId));
  expect(run!.attributes).toContainEqual({ key: 'rendermart.generation.id', value: { stringValue: id } });

  const everything = received.join('\n');
  expect(everything).toContain('rendermart-test');
  for (const written of [prompt, 'private', secret, cookie, cookie.split('=')[1]!, 'ada@example.com', 'ten-letters', home.url])
    expect(everything).not.toContain(written);
});

test('probes are no spans, and outside of a request there is no trace to hand on', async () => {
  await fetch(`${origin}/api/health/ready`);
  await fetch(`${origin}/api/models`);
  await expect.poll(() => spans().map(({ name }) => name), { timeout: 10_000 }).toContain('GET /api/models');
  expect(spans().filter(({ name }) => name.includes('health'))).toEqual([]);
  expect(currentTraceparent()).toBeUndefined();
});
