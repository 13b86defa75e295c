import { createServer, type Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export { Registry } from 'prom-client';

/** The metrics of this process. Each room registers its own. */
export function makeMetrics(role: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ role });
  collectDefaultMetrics({ register: registry, prefix: 'rendermart_' });
  return registry;
}

/** Which program this is. */
export function tellVersion(registry: Registry, version: string): void {
  new Gauge({
    name: 'rendermart_build_info',
    help: 'Always 1; the label tells the version of the program',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version }, 1);
}

/**
 * How this process uses its connections, and whether the database answers on them. Waiting ones that stay above zero mean that the
 * pool is too small, or the database too slow.
 */
export function watchPool(registry: Registry, pool: pg.Pool): void {
  new Gauge({
    name: 'rendermart_database_connections',
    help: 'Connections of the pool by state; `waiting` counts who waits for one',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
  const ask = shared(() => pool.query('select 1'));
  new Gauge({
    name: 'rendermart_database_up',
    help: 'Whether the database answered this process within two seconds: 1 or 0',
    registers: [registry],
    async collect() {
      this.set(
        await inTime(ask()).then(
          () => 1,
          () => 0,
        ),
      );
    },
  });
}

/** One value of a gauge. */
export interface Sample<Label extends string> {
  labels?: Partial<Record<Label, string>>;
  value: number;
}

/**
 * A gauge that is read from the database at each scrape. When that fails, or takes longer than two seconds, it has no value at all:
 * a scrape is answered also while the database is away, and an old value would look like a new one.
 */
export function gaugeFromDatabase<Label extends string = never>(
  registry: Registry,
  told: { name: string; help: string; labelNames?: Label[] },
  read: () => Promise<Sample<Label>[]>,
): void {
  const ask = shared(read);
  new Gauge<Label>({
    ...told,
    registers: [registry],
    async collect() {
      const samples = await inTime(ask()).catch(() => []);
      this.reset();
      // A gauge without labels is reset to 0, which would be a value.
      this.remove({});
      for (const { labels = {}, value } of samples) this.set(labels, value);
    },
  });
}

/** Those who ask while it is still being read get the same answer: scrapes of a slow database do not pile up. */
export function shared<Result>(read: () => Promise<Result>): () => Promise<Result> {
  let reading: Promise<Result> | undefined;
  return () => (reading ??= read().finally(() => (reading = undefined)));
}

// Below the ten seconds after which Prometheus gives a scrape up.
const databaseMs = 2_000;

async function inTime<Result>(asked: Promise<Result>): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('The database did not answer in time')), databaseMs);
  return Promise.race([asked, late.promise]).finally(() => clearTimeout(timer));
}

/** Counts and times answers. Event streams are not among them: they take the connection over, and last as long as somebody looks. */
export function watchAnswers(registry: Registry, server: FastifyInstance): void {
  const registers = [registry];
  const answers = new Counter({
    name: 'rendermart_http_answers_total',
    help: 'HTTP answers by status',
    labelNames: ['status'],
    registers,
  });
  const seconds = new Histogram({
    name: 'rendermart_http_answer_seconds',
    help: 'From a request to the end of its answer, by route; event streams are left out',
    labelNames: ['method', 'route'],
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  server.addHook('onResponse', async (request, reply) => {
    answers.inc({ status: String(reply.statusCode) });
    seconds.observe({ method: request.method, route: request.routeOptions.url ?? '(none)' }, reply.elapsedTime / 1000);
  });
}

/** Counts housekeeping tasks by how they ended. */
export function watchTasks(registry: Registry): Counter<'task' | 'outcome'> {
  return new Counter({
    name: 'rendermart_tasks_ended_total',
    help: 'Housekeeping tasks that this process ended; a failed one is tried again later',
    labelNames: ['task', 'outcome'],
    registers: [registry],
  });
}

/**
 * Serves `/metrics` on a port of its own, so that the load balancer never shows it to the world, and `/live` for probes: metrics
 * ask the database, and a database that is away must not restart every worker.
 */
export async function serveMetrics(registry: Registry, port: number, host: string): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === '/live') return void response.writeHead(200, { 'content-type': 'text/plain' }).end('ok\n');
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(503).end(),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return server;
}
