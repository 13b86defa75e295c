import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reconcile } from '../ledger/index.ts';
import { type FillableStorage, type TestDatabase, makeFillable, testDatabase } from '../testing/index.ts';
import type { Worker } from './index.ts';
import { type House, eventually, makeImagesDir, openHouse } from './testing/house.ts';
import { type Site, openSite, setUp } from './testing/site.ts';
import { addModels } from './testing/wishes.ts';

// Every model of these tests costs 3 credits an image; everybody begins with 30.
let server: TestDatabase;
let images: Awaited<ReturnType<typeof makeImagesDir>>;
let disk: FillableStorage;
let house: House;
let site: Site;
let cookie: string;
let worker: Worker;

beforeAll(async () => {
  server = await testDatabase();
  images = await makeImagesDir();
  const storage = (opened: Parameters<typeof makeFillable>[0]) => (disk = makeFillable(opened));
  house = await openHouse({ url: server.url, imagesDir: images.path, startingCredits: 30n, storage });
  await addModels(house.database);
  site = await openSite(house);
  ({ cookie } = await setUp(site));
  worker = house.generation.startWorker({ engines: house.engines, capacity: 1 });
});
afterAll(async () => {
  await worker.drain();
  await site.close();
  await house.close();
  await server.close();
  await images.remove();
});

const create = async (body: object) => (await site.ask('POST', '/api/generations', { cookie, body, key: randomUUID() })).body;
const ended = (id: string) =>
  eventually(async () => {
    const { body } = await site.ask('GET', `/api/generations/${id}`, { cookie });
    return body.finishedAt !== null && body;
  }, 'the end of a generation');
const balance = async () => (await site.ask<{ balanceCredits: string }>('GET', '/api/wallet', { cookie })).body.balanceCredits;
const count = async (table: string) => Number((await house.database.pool.query(`select count(*) as n from ${table}`)).rows[0].n);

test('a picture that finds the disk full is a failure that says so, costs nothing and leaves nothing half-entered', async () => {
  disk.full = true;
  const failed = await ended((await create({ prompt: 'a red fox', count: 2 })).id);
  expect([failed.state, failed.failure?.code, failed.images]).toEqual(['failed', 'storage_full', []]);
  expect(failed.failure?.message).toContain('no space');
  expect(await balance()).toBe('30');
  expect(await count('library.images')).toBe(0);
  expect(await count('library.blobs where uses > 0 or stored_at is not null')).toBe(0);
  expect(await reconcile(house.database.read)).toEqual([]);

  // What was there before can still be seen, and what failed can be tried again with its seed once there is space.
  disk.full = false;
  const { status } = await site.ask('POST', `/api/generations/${failed.id}/retry`, { cookie });
  expect(status).toBe(202);
  const done = await ended(failed.id);
  expect([done.state, done.seed, done.images.length, await balance()]).toEqual(['succeeded', failed.seed, 2, '24']);
  expect(await count('library.images')).toBe(2);
});
