import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Registry, makeMetrics } from '../platform/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { readConfig } from './config.ts';
import { makeHealth } from './health.ts';
import { makeApiServer } from './http.ts';
import { type Rooms, wireRooms } from './wire.ts';

const introduction = `# Metrics

\`/metrics\` on \`METRICS_PORT\` of every process, in Prometheus' format; every series has the label \`role\` (\`api\`, \`worker\`, \`all\`). This page is written from the program itself: a test compares the two, and \`npx vitest run --project integration backend/src/app/metrics.test.ts -u\` writes it anew.

Counters and gauges that speak of the database (\`queue\`, \`ledger\`, \`market\`, \`payments\`, \`backup\`, \`restore_drill\`) say the same in every process: take their \`max\`, not their \`sum\`. All others belong to one process.

| metric | type | labels | meaning |
|---|---|---|---|
`;
const rest =
  '| `rendermart_process_*`, `rendermart_nodejs_*` | | | the process: processor time, memory, open files, event-loop delay, garbage collection |\n';

let home: TestDatabase;
let rooms: Rooms;
let server: Awaited<ReturnType<typeof makeApiServer>>;
let metrics: Registry;
let dataDir: string;

beforeAll(async () => {
  home = await testDatabase();
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-metrics-'));
  metrics = makeMetrics('all');
  const config = readConfig({
    DATABASE_URL: home.url,
    AUTH_SECRET: 'a secret of this test, used once and thrown away',
    DATA_DIR: dataDir,
    ENGINES: 'fake',
    LOG_LEVEL: 'silent',
  });
  rooms = await wireRooms('all', config, metrics);
  server = await makeApiServer(config, rooms, makeHealth(rooms.database, rooms.storage, 'test'), metrics);
});
afterAll(async () => {
  await server.close();
  await rooms.close();
  await home.close();
  fs.rmSync(dataDir, { recursive: true });
});

/** prom-client keeps the labels of a metric to itself; what was given to its constructor is there all the same. */
const labelsOf = (name: string) =>
  (metrics.getSingleMetric(name) as unknown as { labelNames: string[] }).labelNames.filter((label) => label !== 'le');

test('docs/metrics.md lists every metric that the program exports, and no other', async () => {
  const lines = (await metrics.getMetricsAsJSON())
    .filter(({ name }) => !/^rendermart_(process|nodejs)_/.test(name))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, type, help }) => `| \`${name}\` | ${type} | ${labelsOf(name).join(', ')} | ${help} |\n`);
  await expect(introduction + lines.join('') + rest).toMatchFileSnapshot('../../../docs/metrics.md');
});

test('what is exported can be scraped, and every metric says what it means', async () => {
  const text = await metrics.metrics();
  expect(text).toMatch(/^rendermart_restore_drill_last_success_timestamp_seconds\{.*\} 0$/m);
  for (const { name, help } of await metrics.getMetricsAsJSON()) expect(help.length, name).toBeGreaterThan(10);
});

test('a database that is away leaves what is read from it without a value, and everything else is told', async () => {
  const away = new Error('the database is away');
  // The pool asks itself with a callback, others wait for the promise.
  const connect = (hear?: (error: Error) => void) => (hear ? hear(away) : Promise.reject(away));
  const lost = vi.spyOn(rooms.database.pool, 'connect').mockImplementation(connect as never);
  const text = await metrics.metrics();
  lost.mockRestore();
  expect(text).toMatch(/^rendermart_database_up\{.*\} 0$/m);
  expect(text).toMatch(/^rendermart_generations_running\{.*\} 0$/m);
  for (const name of ['ledger_violations', 'market_waiting_decisions', 'backup_last_ok', 'restore_drill_last_ok'])
    expect(text).not.toMatch(new RegExp(`^rendermart_${name}\\{`, 'm'));
  expect(await metrics.metrics()).toMatch(/^rendermart_ledger_violations\{.*\} 0$/m);
});

test('answers are timed by route; event streams, which last as long as somebody looks, are not', async () => {
  const origin = await server.listen({ port: 0, host: '127.0.0.1' });
  const setUp = await fetch(`${origin}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Ada', email: 'ada@example.com', password: 'ten-letters-and-more' }),
  });
  const cookie = setUp.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const leave = new AbortController();
  const stream = await fetch(`${origin}/api/events`, { headers: { cookie }, signal: leave.signal });
  await stream.body!.getReader().read();
  expect((await metrics.metrics()).match(/^rendermart_event_streams_open\{.*\} 1$/m)).not.toBeNull();
  leave.abort();
  const open = async () => (await metrics.getSingleMetric('rendermart_event_streams_open')!.get()).values[0]?.value;
  await expect.poll(open).toBe(0);
  await fetch(`${origin}/api/health/live`);
  const timed = async () => (await metrics.metrics()).includes('route="/api/health/live"');
  await expect.poll(timed).toBe(true);
  const text = await metrics.metrics();
  expect(text).toMatch(/^rendermart_http_answer_seconds_count\{.*route="\/api\/setup".*\} 1$/m);
  expect(text).not.toContain('route="/api/events"');
});
