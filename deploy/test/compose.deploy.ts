import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { makeClient } from '@rendermart/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Composition, startComposition } from './compose.ts';
import { until } from './until.ts';

let all: Composition;
let address: string;

/** A port that nobody has, so that a site of yours on 8080 is in nobody's way. */
async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

beforeAll(async () => {
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  all = await startComposition(
    {
      POSTGRES_PASSWORD: 'a-password-of-this-test',
      AUTH_SECRET: 'a secret of this test, used once and thrown away',
      PUBLIC_URL: address,
    },
    port,
  );
}, 300_000);
afterAll(() => all?.stop(), 120_000);

it('asks for what it needs, and says where', async () => {
  await expect(startComposition({}, 1)).rejects.toThrow('set POSTGRES_PASSWORD in deploy/.env');
});

it('starts the whole: page, API, worker and database answer behind one address', async () => {
  await until('the API is ready', async () => (await fetch(`${address}/api/health/ready`)).status === 200);
  expect(await (await fetch(`${address}/gallery`)).text()).toContain('<div id="root">');
  const setup = await fetch(`${address}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: address },
    body: JSON.stringify({ name: 'Ada', email: 'ada@example.com', password: 'ten-letters-and-more' }),
  });
  expect(setup.status, await setup.clone().text()).toBeLessThan(300);
  const cookie = setup.headers.getSetCookie().map((line) => line.split(';')[0]);
  const ada = makeClient({
    baseUrl: address,
    fetch: (url, init) =>
      fetch(url, { ...init, headers: { ...(init?.headers as Record<string, string>), cookie: cookie.join('; ') } }),
  });
  const { id } = await ada.generationCreate({ body: { prompt: 'a red fox' }, idempotencyKey: randomUUID() });
  await until('the picture is drawn', async () => (await ada.generationRead({ params: { id } })).state === 'succeeded');
}, 240_000);

it('stops by itself, all of it, when it is told to', async () => {
  const ends = await all.stop();
  expect(ends).toEqual({ postgres: 0, 'own-images': 0, migrate: 0, backend: 0, worker: 0, frontend: 0, proxy: 0 });
  all = undefined as unknown as Composition;
}, 180_000);
