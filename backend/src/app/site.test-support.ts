import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { makeMetrics } from '../platform/index.ts';
import { testDatabase } from '../testing/index.ts';
import { readConfig } from './config.ts';
import { makeHealth } from './health.ts';
import { makeApiServer } from './http.ts';
import { wireRooms } from './wire.ts';

export const password = 'ten-letters-and-more';

export interface Person {
  id: string;
  email: string;
  cookie: string;
}

export type Site = Awaited<ReturnType<typeof openSite>>;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The whole program in this process, all rooms wired as in production, with an administrator. Only the engine is a fake. */
export async function openSite(role: 'api' | 'all' = 'api', env: Record<string, string> = {}) {
  const home = await testDatabase();
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-site-'));
  const config = readConfig({
    DATABASE_URL: home.url,
    AUTH_SECRET: 'a secret of this test, used once and thrown away',
    DATA_DIR: dataDir,
    ENGINES: 'fake',
    LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
    ...env,
  });
  const metrics = makeMetrics(role);
  const rooms = await wireRooms(role, config, metrics);
  const server = await makeApiServer(config, rooms, makeHealth(rooms.database, rooms.storage, 'test'), metrics);
  const origin = await server.listen({ port: 0, host: '127.0.0.1' });
  if (role === 'all') await rooms.tasks.work();

  async function join(url = '/api/accounts'): Promise<Person> {
    const email = `${randomUUID()}@example.com`;
    const answer = await server.inject({ method: 'POST', url, payload: { name: 'Sella Moon', email, password } });
    return { id: answer.json().id, email, cookie: String(answer.headers['set-cookie']).split(';')[0]! };
  }
  async function ask(person: Person | null, method: Method, url: string, body?: object) {
    const headers = { ...(person ? { cookie: person.cookie } : {}), 'idempotency-key': randomUUID() };
    const answer = await server.inject({ method, url, headers, ...(body ? { payload: body } : {}) });
    const isJson = /json/.test(String(answer.headers['content-type']));
    return { status: answer.statusCode, body: isJson ? answer.json() : undefined, bytes: answer.rawPayload };
  }
  const ada = await join('/api/setup');
  await ask(ada, 'PATCH', '/api/admin/settings', { registration: 'open', startingCredits: '100' });

  async function upload(person: Person): Promise<string> {
    const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: `#${randomUUID().slice(0, 6)}` } });
    const headers = { cookie: person.cookie, 'content-type': 'image/png' };
    // Uploads are streams, which an injected request is not.
    const body = new Blob([new Uint8Array(await picture.png().toBuffer())]);
    const answer = await fetch(`${origin}/api/images`, { method: 'POST', headers, body });
    if (answer.status !== 201) throw new Error(await answer.text());
    return ((await answer.json()) as { id: string }).id;
  }
  async function offer(person: Person, imageId: string): Promise<string> {
    const terms = { kind: 'licence', licence: 'personal', priceCredits: '30', title: 'Fox', description: 'Mine' };
    const answer = await ask(person, 'POST', '/api/listings', { imageId, ...terms });
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body.id;
  }
  return {
    rooms,
    origin,
    ada,
    join,
    ask,
    upload,
    offer,
    buy: (person: Person, listingId: string) => ask(person, 'POST', '/api/purchases', { listingId, expectedPriceCredits: '30' }),
    async close() {
      await server.close();
      await rooms.close();
      await home.close();
      fs.rmSync(dataDir, { recursive: true });
    },
  };
}
