import net, { type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { makeLog } from '../log.ts';
import { closeInTime } from './close.ts';
import { makeHttpServer } from './server.ts';

async function serve() {
  const server = makeHttpServer({ log: makeLog({ level: 'silent', role: 'api' }), trustedProxies: [], maxBodyBytes: 1_000_000 });
  server.post('/api/echo', (request, reply) => reply.send({ body: request.body }));
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
