import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makeLog } from '../log.ts';
import { makeHttpServer } from './server.ts';
import { assertOrder, balancerIdleMs, headersTimeoutMs, heartbeatMs, keepAliveTimeoutMs, requestTimeoutMs } from './timeouts.ts';

test('each timeout is shorter than the next, and any other order does not start', () => {
  const order = { heartbeatMs, balancerIdleMs, keepAliveTimeoutMs, headersTimeoutMs, requestTimeoutMs };
  expect(Object.values(order)).toEqual([20_000, 120_000, 125_000, 130_000, 900_000]);
  assertOrder(order);
  for (const name of Object.keys(order).slice(1))
    expect(() => assertOrder({ ...order, [name]: 1 })).toThrow(`is shorter than ${name}`);
});

test('the server has them', async () => {
  const server = makeHttpServer({ log: makeLog({ level: 'silent', role: 'test' }), trustedProxies: [], maxBodyBytes: 1 });
  await server.ready();
  const { keepAliveTimeout, headersTimeout, requestTimeout } = server.server;
  expect([keepAliveTimeout, headersTimeout, requestTimeout]).toEqual([keepAliveTimeoutMs, headersTimeoutMs, requestTimeoutMs]);
  await server.close();
});

test(
  'a body that does not arrive in time is cut, and an answer that goes on for longer is not',
  { timeout: 20_000 },
  async () => {
    const server = makeHttpServer({ log: makeLog({ level: 'silent', role: 'test' }), trustedProxies: [], maxBodyBytes: 1_000 });
    // A thousandth of the time, and looked at often instead of twice a minute.
    const { requestTimeout, headersTimeout } = server.server;
    const hastened = { requestTimeout: requestTimeout / 1000, headersTimeout: headersTimeout / 1000 };
    Object.assign(server.server, { ...hastened, connectionsCheckingInterval: 20 });
    server.post('/api/echo', (request, reply) => reply.send({ body: request.body }));
    server.get('/api/stream', async (_request, reply) => {
      reply.hijack();
      for (const word of ['one', 'two', 'three']) {
        reply.raw.write(word);
        await sleep(600);
      }
      reply.raw.end();
    });
    await server.listen({ host: '127.0.0.1', port: 0 });
    const { port } = server.server.address() as AddressInfo;
    const stream = fetch(`http://127.0.0.1:${port}/api/stream`).then((answer) => answer.text());
    const socket = net.connect(port, '127.0.0.1');
    socket.write('POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"half":');
    let heard = '';
    socket.on('data', (piece: Buffer) => (heard += piece.toString()));
    await once(socket, 'close');
    expect(heard).toMatch(/^HTTP\/1\.1 408 [^]*"code":"request_timeout"/);
    expect(await stream).toBe('onetwothree');
    await server.close();
  },
);
