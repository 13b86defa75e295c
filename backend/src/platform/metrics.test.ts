import type { AddressInfo } from 'node:net';
import { Gauge } from 'prom-client';
import { expect, test } from 'vitest';
import { Registry, serveMetrics } from './metrics.ts';

test('is alive although a metric cannot be counted', async () => {
  const registry = new Registry();
  const broken = () => Promise.reject(new Error('the database is away'));
  registry.registerMetric(new Gauge({ name: 'broken', help: 'of this test', registers: [], collect: broken }));
  const server = await serveMetrics(registry, 0, '127.0.0.1');
  const { port } = server.address() as AddressInfo;
  const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
  expect(await Promise.all(['/live', '/metrics', '/'].map(statusOf))).toEqual([200, 503, 404]);
  server.close();
});
