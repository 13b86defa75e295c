import { createServer, type Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { Counter, Gauge, Registry, collectDefaultMetrics } from 'prom-client';

export { Registry } from 'prom-client';

/** The metrics of this process. Each room registers its own. */
export function makeMetrics(role: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ role });
  collectDefaultMetrics({ register: registry, prefix: 'rendermart_' });
  return registry;
}

/** How this process uses its connections. Waiting ones that stay above zero mean that the pool is too small, or the database too slow. */
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
}

/** Counts answers by status, so that an alert can see errors. */
export function watchAnswers(registry: Registry, server: FastifyInstance): void {
  const answers = new Counter({
    name: 'rendermart_http_answers_total',
    help: 'HTTP answers by status',
    labelNames: ['status'],
    registers: [registry],
  });
  server.addHook('onResponse', async (_request, reply) => answers.inc({ status: String(reply.statusCode) }));
}

/** Serves `/metrics` on a port of its own, so that the load balancer never shows it to the world. */
export async function serveMetrics(registry: Registry, port: number, host: string): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return void response.writeHead(404).end();
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      () => response.writeHead(503).end(),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return server;
}
