import net, { type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Failure } from '../failure.ts';
import { makeLog } from '../log.ts';
import { closeInTime } from './close.ts';
import { makeHttpServer } from './server.ts';

async function serve() {
  const server = makeHttpServer({ log: makeLog({ level: 'silent', role: 'api' }), trustedProxies: [], maxBodyBytes: 1_000_000 });
  server.post('/api/echo', (request, reply) => reply.send({ body: request.body }));
  server.post('/api/members', { onRequest: () => Promise.reject(new Failure('sign_in_required')) }, async () => ({}));
  server.get('/api/slow', async () => {
    await sleep(300);
    return { done: true };
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  return { server, port: (server.server.address() as AddressInfo).port };
}

test('a body that its sender never finishes does not keep the server open', async () => {
  const { server, port } = await serve();
  const socket = net.connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500000\r\n\r\n{"half":');
  await once(server.server, 'request');
  const cut = once(socket, 'close');
  await closeInTime(server, 50);
  await cut;
});

test('what is answered within the grace time is answered whole', async () => {
  const { server, port } = await serve();
  const answer = fetch(`http://127.0.0.1:${port}/api/slow`);
  await once(server.server, 'request');
  await closeInTime(server, 60_000);
  expect(await (await answer).json()).toEqual({ done: true });
});

const refused = [
  'POST /api/members HTTP/1.1',
  'Host: x',
  'Content-Type: application/json',
  'Content-Length: 500000',
  '',
  '{"half":',
].join('\r\n');

test('whoever stays connected after a refusal does not keep a stopping server', async () => {
  const { server, port } = await serve();
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => {}).resume();
  socket.write(refused);
  await once(socket, 'end');
  // The grace time is longer than this test may take.
  await closeInTime(server, 120_000);
  socket.destroy();
});

test('a refusal says that the connection ends, and what still comes does not cost its sender the answer', async () => {
  const { server, port } = await serve();
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.write(refused);
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  await once(socket, 'end');
  expect(answer).toMatch(/^HTTP\/1.1 401 /);
  expect(answer).toMatch(/\r\nconnection: close\r\n/i);
  // To a connection that was cut, the second write fails at the latest.
  for (let part = 0; part < 5; part++) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.write('x', (error) => (error ? reject(error) : resolve()));
    await promise;
    await sleep(10);
  }
  socket.end();
  await closeInTime(server, 120_000);
});

test('a body that was read keeps its connection', async () => {
  const { server, port } = await serve();
  const answer = await fetch(`http://127.0.0.1:${port}/api/echo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"whole":true}',
  });
  expect(answer.headers.get('connection')).toBe('keep-alive');
  await closeInTime(server, 120_000);
});
