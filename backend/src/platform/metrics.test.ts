import type { AddressInfo } from 'node:net';
import { Gauge } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { testDatabase } from '../testing/index.ts';
import { openDatabase } from './database.ts';
import { Registry, gaugeFromDatabase, serveMetrics, watchPool } from './metrics.ts';

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

describe('a gauge that is read from the database', () => {
  const scraped = (read: () => Promise<{ value: number }[]>) => {
    const registry = new Registry();
    gaugeFromDatabase(registry, { name: 'read', help: 'of this test' }, read);
    return async () => ((await registry.getMetricsAsJSON())[0]!.values as { value: number }[]).map(({ value }) => value);
  };

  test('keeps no old value when reading fails', async () => {
    let fails = false;
    const values = scraped(async () => {
      if (fails) throw new Error('the database is away');
      return [{ value: 7 }];
    });
    expect(await values()).toEqual([7]);
    fails = true;
    expect(await values()).toEqual([]);
    fails = false;
    expect(await values()).toEqual([7]);
  });

  test('is left out after two seconds, and asked once however often it is scraped meanwhile', async () => {
    let asked = 0;
    const answer = Promise.withResolvers<{ value: number }[]>();
    const values = scraped(() => {
      asked += 1;
      return answer.promise;
    });
    expect(await Promise.all([values(), values()])).toEqual([[], []]);
    expect(asked).toBe(1);
    answer.resolve([{ value: 1 }]);
    await answer.promise;
    expect(await values()).toEqual([1]);
  });

  test('forgets labels that are gone', async () => {
    const registry = new Registry();
    let models = ['one', 'two'];
    const read = async () => models.map((model) => ({ labels: { model }, value: 1 }));
    gaugeFromDatabase(registry, { name: 'queue', help: 'of this test', labelNames: ['model'] }, read);
    expect(await registry.metrics()).toContain('model="one"');
    models = ['two'];
    expect(await registry.metrics()).not.toContain('model="one"');
  });
});

test('the database is up, is not while every connection is busy, and everything else is told all the same', async () => {
  const home = await testDatabase();
  const database = openDatabase({ url: home.url, poolSize: 1, applicationName: 'test' });
  const registry = new Registry();
  watchPool(registry, database.pool);
  expect(await registry.metrics()).toMatch(/^rendermart_database_up 1$/m);
  const busy = await database.pool.connect();
  const scrape = await registry.metrics();
  expect(scrape).toMatch(/^rendermart_database_up 0$/m);
  expect(scrape).toContain('rendermart_database_connections{state="busy"} 1');
  busy.release();
  await expect.poll(() => registry.metrics()).toMatch(/^rendermart_database_up 1$/m);
  await database.close();
  await home.close();
});
