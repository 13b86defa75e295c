import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { reconcile } from '../ledger/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import type { Worker } from './index.ts';
import { type House, eventually, makeImagesDir, openHouse } from './testing/house.ts';
import { type Site, openSite, setUp } from './testing/site.ts';
import { addModels } from './testing/wishes.ts';

// Every model of these tests costs 3 credits an image; everybody begins with 30.
let server: TestDatabase;
let images: Awaited<ReturnType<typeof makeImagesDir>>;
let house: House;
let site: Site;
let cookie: string;
const workers: Worker[] = [];

beforeAll(async () => {
  server = await testDatabase();
  images = await makeImagesDir();
  house = await openHouse({ url: server.url, imagesDir: images.path, stepMs: 5, startingCredits: 30n });
  await addModels(house.database);
  site = await openSite(house);
  ({ cookie } = await setUp(site));
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.drain()));
  expect(await reconcile(house.database.read)).toEqual([]);
});
afterAll(async () => {
  await site.close();
  await house.close();
  await server.close();
  await images.remove();
});

const work = () => workers.push(house.generation.startWorker({ engines: house.engines, capacity: 2, graceMs: 20_000 }));
const create = (body: object, key: string = randomUUID()) => site.ask('POST', '/api/generations', { cookie, body, key });
const act = (id: string, what: 'cancel' | 'retry') => site.ask('POST', `/api/generations/${id}/${what}`, { cookie });
const ended = (id: string) =>
  eventually(async () => {
    const { body } = await site.ask('GET', `/api/generations/${id}`, { cookie });
    return body.finishedAt !== null && body;
  }, 'the end of a generation');
/** Balance and what is set aside, as `30/0`. */
const wallet = async () => {
  const { body } = await site.ask<{ balanceCredits: string; heldCredits: string }>('GET', '/api/wallet', { cookie });
  return `${body.balanceCredits}/${body.heldCredits}`;
};

test('the price is held when it is asked for, once for each key, and taken when it is delivered', async () => {
  const key = randomUUID();
  const { body } = await create({ prompt: 'a fox', count: 2 }, key);
  await create({ prompt: 'a fox', count: 2 }, key);
  expect(body.priceCredits).toBe('6');
  expect(await wallet()).toBe('30/6');
  work();
  expect((await ended(body.id)).state).toBe('succeeded');
  expect(await wallet()).toBe('24/0');
});

test('what is not covered is refused, and nothing is queued or held', async () => {
  const answer = await create({ prompt: 'a fox', count: 8, modelId: 'single' });
  expect(answer.status).toBe(202);
  expect(await wallet()).toBe('24/24');
  const refused = await create({ prompt: 'one more' });
  expect(refused).toMatchObject({ status: 409, body: { error: { code: 'insufficient_credits' } } });
  const { rows } = await sql`select 1 from generation.generations where prompt = 'one more'`.execute(house.database.read);
  expect(rows).toEqual([]);
  await act(answer.body.id, 'cancel');
  expect(await wallet()).toBe('24/0');
});

test('another price than the one that was shown is refused, and nothing is queued or held', async () => {
  const setPrice = (priceCredits: string) => site.ask('PATCH', '/api/admin/models/fake', { cookie, body: { priceCredits } });
  const shown = { prompt: 'at the price shown', count: 2, expectedPriceCredits: '6' };
  const [key, lateKey] = [randomUUID(), randomUUID()];
  const first = await create(shown, key);
  expect([first.status, first.body.priceCredits, await wallet()]).toEqual([202, '6', '24/6']);
  await setPrice('4');
  try {
    const refused = await create(shown, lateKey);
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'price_moved', field: 'expectedPriceCredits' } } });
    expect(refused.body.error!.message).toContain('The price is 8 credits now, not 6.');
    // What was accepted at the price of then is answered again, whatever was shown since.
    for (const since of ['6', '8'])
      expect((await create({ ...shown, expectedPriceCredits: since }, key)).body).toMatchObject({
        id: first.body.id,
        priceCredits: '6',
      });
    expect(await wallet()).toBe('24/6');
    // Who does not say what was shown pays today's price, and the key of what was refused is free.
    const unsaid = await create({ prompt: 'at any price' }, lateKey);
    expect([unsaid.body.priceCredits, await wallet()]).toEqual(['4', '24/10']);
    // A retry costs what was agreed, and names no price.
    await act(first.body.id, 'cancel');
    expect((await act(first.body.id, 'retry')).body.priceCredits).toBe('6');
    expect(await wallet()).toBe('24/10');
    await act(unsaid.body.id, 'cancel');
  } finally {
    await setPrice('3');
  }
  await act(first.body.id, 'cancel');
  expect(await wallet()).toBe('24/0');
});

test('a failure costs what was delivered, and a retry only what is missing', async () => {
  // One image a call, and each call fails the first time that it is tried.
  const { body } = await create({ prompt: 'a fox [fail-once refused_output]', count: 2, modelId: 'single' });
  work();
  expect(await ended(body.id)).toMatchObject({ state: 'failed', images: [] });
  expect(await wallet()).toBe('24/0');
  await act(body.id, 'retry');
  const partly = await ended(body.id);
  expect([partly.state, partly.images.length]).toEqual(['failed', 1]);
  expect(await wallet()).toBe('21/0');
  await act(body.id, 'retry');
  expect((await ended(body.id)).images).toHaveLength(2);
  expect(await wallet()).toBe('18/0');
});

test('a cancelled run costs the images that had landed', async () => {
  const { body } = await create({ prompt: '[steps 40] a fox', count: 4, modelId: 'single' });
  work();
  await eventually(
    async () => (await site.ask('GET', `/api/generations/${body.id}`, { cookie })).body.images.length > 0,
    'the first image',
  );
  await act(body.id, 'cancel');
  const { images: landed } = await ended(body.id);
  expect(await wallet()).toBe(`${18 - 3 * landed.length}/0`);
  expect(landed.length).toBeGreaterThan(0);
});

test('what waited too long costs nothing', async () => {
  const before = await wallet();
  const { body } = await create({ prompt: 'a fox' });
  await sql`update generation.generations set expires_at = now() - interval '1 second' where id = ${body.id}`.execute(
    house.database.read,
  );
  await house.generation.crons.find(({ name }) => name === 'generation.expire')!.handle(new AbortController().signal);
  expect((await ended(body.id)).state).toBe('expired');
  expect(await wallet()).toBe(before);
});
