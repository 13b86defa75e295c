import { expect, test } from 'vitest';
import { makeLog } from '../log.ts';
import { makeHttpServer } from './server.ts';
import { assertOrder, balancerIdleMs, headersTimeoutMs, heartbeatMs, keepAliveTimeoutMs } from './timeouts.ts';

test('each timeout is shorter than the next, and any other order does not start', () => {
  const order = { heartbeatMs, balancerIdleMs, keepAliveTimeoutMs, headersTimeoutMs };
  expect(Object.values(order)).toEqual([20_000, 120_000, 125_000, 130_000]);
  assertOrder(order);
  for (const name of Object.keys(order).slice(1))
    expect(() => assertOrder({ ...order, [name]: 1 })).toThrow(`is shorter than ${name}`);
});

test('the server has them', async () => {
  const server = makeHttpServer({ log: makeLog({ level: 'silent', role: 'test' }), trustedProxies: [], maxBodyBytes: 1 });
  await server.ready();
  expect([server.server.keepAliveTimeout, server.server.headersTimeout]).toEqual([keepAliveTimeoutMs, headersTimeoutMs]);
  await server.close();
});
