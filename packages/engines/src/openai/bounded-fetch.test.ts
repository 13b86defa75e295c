import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { propagation } from '@opentelemetry/api';
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boundedFetch } from './bounded-fetch.ts';

const seen: http.IncomingHttpHeaders[] = [];
let server: http.Server;
let url: string;
beforeAll(async () => {
  server = http.createServer((request, response) => {
    seen.push(request.headers);
    setTimeout(() => response.end('ok'), request.url === '/late' ? 1500 : 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  propagation.disable();
  server.closeAllConnections();
  server.close();
});

const ask = async () => (await boundedFetch(100, false)(url)).text();

test('the trace goes on to the server when one is recorded, and no header does otherwise', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await ask();
  propagation.setGlobalPropagator({
    inject: (_context, carrier, setter) => setter.set(carrier, 'traceparent', traceparent),
    extract: (context) => context,
    fields: () => ['traceparent'],
  });
  await ask();
  expect(seen.map((headers) => headers['traceparent'])).toEqual([undefined, traceparent]);
});

test('a server that begins its answer late is waited for, whatever limit the process has', async () => {
  const own = getGlobalDispatcher();
  const impatient = new Agent({ headersTimeout: 100 });
  setGlobalDispatcher(impatient);
  try {
    await expect(fetch(`${url}/late`)).rejects.toThrow('fetch failed');
    expect(await (await boundedFetch(100, false)(`${url}/late`)).text()).toBe('ok');
  } finally {
    setGlobalDispatcher(own);
    await impatient.destroy();
  }
});
