import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reconcile } from '../ledger/index.ts';
import { makeMetrics } from '../platform/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { readConfig } from './config.ts';
import { makeHealth } from './health.ts';
import { makeApiServer } from './http.ts';
import { type Rooms, wireRooms } from './wire.ts';

const password = 'ten-letters-and-more';
let home: TestDatabase;
let rooms: Rooms;
let server: Awaited<ReturnType<typeof makeApiServer>>;
let origin: string;
let dataDir: string;
let ada: Person;

interface Person {
  id: string;
  email: string;
  cookie: string;
}

beforeAll(async () => {
  home = await testDatabase();
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-closing-'));
  const env = { DATABASE_URL: home.url, AUTH_SECRET: 'a secret of this test, used once and thrown away', DATA_DIR: dataDir };
  const config = readConfig({ ...env, ENGINES: 'fake', LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent' });
  const metrics = makeMetrics('api');
  rooms = await wireRooms('api', config, metrics);
  server = await makeApiServer(config, rooms, makeHealth(rooms.database, rooms.storage, 'test'), metrics);
  origin = await server.listen({ port: 0, host: '127.0.0.1' });
  ada = await join('/api/setup');
  await ask(ada, 'PATCH', '/api/admin/settings', { registration: 'open', startingCredits: '100' });
});
afterAll(async () => {
  await server.close();
  await rooms.close();
  await home.close();
  fs.rmSync(dataDir, { recursive: true });
});

async function join(url = '/api/accounts'): Promise<Person> {
  const email = `${randomUUID()}@example.com`;
  // Each from an address of their own: one address may make only so many accounts an hour.
  const answer = await server.inject({ method: 'POST', url, payload: { name: 'Sella Moon', email, password } });
  return { id: answer.json().id, email, cookie: String(answer.headers['set-cookie']).split(';')[0]! };
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
async function ask(person: Person, method: Method, url: string, body?: object) {
  const headers = { cookie: person.cookie, 'idempotency-key': randomUUID() };
  const answer = await server.inject({ method, url, headers, ...(body ? { payload: body } : {}) });
  const isJson = /json/.test(String(answer.headers['content-type']));
  return { status: answer.statusCode, body: isJson ? answer.json() : undefined, bytes: answer.rawPayload };
}

async function draw(person: Person): Promise<string> {
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
const buy = (person: Person, listingId: string) =>
  ask(person, 'POST', '/api/purchases', { listingId, expectedPriceCredits: '30' });
const close = (person: Person, change: object = {}) =>
  ask(person, 'POST', '/api/account/close', { password, email: person.email, forfeitCredits: '0', ...change });
const codeOf = async (answer: ReturnType<typeof ask>) => (await answer).body?.error.code as string | undefined;

/** Carries out what closing queued, as a worker does. */
async function emptyAccount(accountId: string): Promise<void> {
  const task = rooms.library.tasks.find(({ name }) => name === 'library.empty-account')!;
  await task.handle({ accountId } as never, new AbortController().signal);
}
const count = async (query: string, ...values: unknown[]) =>
  Number((await rooms.database.pool.query<{ n: string }>(`select count(*) as n from ${query}`, values)).rows[0]!.n);

/** Somebody who sold a licence and offers another image. */
async function openShop() {
  const [seller, buyer] = [await join(), await join()];
  const [sold, kept, secret] = [await draw(seller), await draw(seller), await draw(seller)];
  const [soldListing, keptListing] = [await offer(seller, sold), await offer(seller, kept)];
  const receipt = (await buy(buyer, soldListing)).body.id as string;
  return { seller, buyer, sold, kept, secret, soldListing, keptListing, receipt };
}

describe('closing an account', () => {
  test('takes away all that is the person’s, and nothing that somebody bought', async () => {
    const { seller, buyer, soldListing, keptListing, receipt } = await openShop();
    await ask(seller, 'POST', '/api/collections', { name: 'Foxes' });
    expect((await ask(seller, 'GET', '/api/wallet')).body.balanceCredits).toBe('130');
    expect((await close(seller, { forfeitCredits: '130' })).status).toBe(204);
    await emptyAccount(seller.id);
    await rooms.library.sweep(new AbortController().signal, -1);

    expect((await ask(seller, 'GET', '/api/account')).status).toBe(401);
    const signIn = { email: seller.email, password };
    expect(await codeOf(ask(buyer, 'POST', '/api/sessions', signIn))).toBe('wrong_credentials');
    expect(await codeOf(buy(ada, keptListing))).toBe('listing_ended');
    expect((await ask(ada, 'GET', `/api/listings?sellerId=${seller.id}`)).body.items).toEqual([]);

    const [copy] = (await ask(buyer, 'GET', '/api/images?origin=licensed')).body.items;
    const file = await ask(buyer, 'GET', `/api/images/${copy.id}/file`);
    expect([file.status, (await sharp(file.bytes).metadata()).width]).toEqual([200, 64]);
    expect((await ask(buyer, 'GET', `/api/purchases/${receipt}`)).body.seller.name).toBe('Closed account');
    expect((await ask(buyer, 'GET', `/api/listings/${soldListing}/preview/320`)).status).toBe(200);
    expect(await reconcile(rooms.database.read)).toEqual([]);
  });

  test('leaves no word of who it was', async () => {
    const { seller } = await openShop();
    await close(seller, { forfeitCredits: '130' });
    await emptyAccount(seller.id);
    const { rows } = await rooms.database.pool.query('select * from accounts.people where id = $1', [seller.id]);
    expect(JSON.stringify(rows)).not.toMatch(/Sella|example\.com/);
    for (const table of [
      'accounts.sessions',
      'accounts.credentials',
      'accounts.api_keys',
      'library.images',
      'library.collections',
    ])
      expect([table, await count(`${table} where account_id = $1`, seller.id)]).toEqual([table, 0]);
    expect(await count(`market.listings where seller_id = $1 and sold_count = 0 and description <> ''`, seller.id)).toBe(0);
    expect(await count(`platform.audit where act = 'account.closed' and subject = $1`, `account:${seller.id}`)).toBe(1);
    expect((await ask(ada, 'GET', '/api/admin/people?q=Closed')).body.items).toEqual([]);
    expect(await codeOf(ask(ada, 'PATCH', `/api/admin/people/${seller.id}`, { disabled: false }))).toBe('not_found');
    // The address is free again.
    const again = { name: 'New', email: seller.email, password };
    expect((await server.inject({ method: 'POST', url: '/api/accounts', payload: again })).statusCode).toBe(201);
  });

  test('gives the credits that are left back to the issuance, as the person agreed', async () => {
    const person = await join();
    await ask(person, 'GET', '/api/wallet');
    const issued = async () => BigInt((await ask(ada, 'GET', '/api/admin/ledger')).body.issuedCredits);
    const before = await issued();
    expect(await codeOf(close(person, { forfeitCredits: '99' }))).toBe('balance_moved');
    expect((await ask(person, 'GET', '/api/account')).status).toBe(200);
    expect((await close(person, { forfeitCredits: '100' })).status).toBe(204);
    expect(before - (await issued())).toBe(100n);
    expect(await count(`ledger.transfers where kind = 'forfeited' and reason is not null and actor = $1`, person.id)).toBe(1);
  });

  test.each([
    ['another password', { password: 'not-this-one' }, 'wrong_password'],
    ['another address', { email: 'other@example.com' }, 'email_mismatch'],
    ['a fraction', { forfeitCredits: '1.5' }, 'invalid_input'],
  ])('%s changes nothing', async (_what, change, code) => {
    const person = await join();
    expect(await codeOf(close(person, change))).toBe(code);
    expect((await ask(person, 'GET', '/api/account')).body.email).toBe(person.email);
  });

  test('waits for what is under way', async () => {
    const person = await join();
    await ask(person, 'POST', '/api/payouts', { amountCredits: '40', note: 'IBAN 1' });
    expect(await codeOf(close(person, { forfeitCredits: '100' }))).toBe('account_busy');
    const busy = await join();
    const wish = await ask(busy, 'POST', '/api/generations', { prompt: 'a fox', width: 64, height: 64 });
    expect(wish.status).toBe(202);
    expect(await codeOf(close(busy))).toBe('account_busy');
    await ask(busy, 'POST', `/api/generations/${wish.body.id}/cancel`);
    expect((await close(busy)).status).toBe(204);
    expect(await count('generation.generations where account_id = $1', busy.id)).toBe(0);
  });

  test('is refused to the last administrator', async () => {
    expect(await codeOf(close(ada))).toBe('last_administrator');
  });

  test('is everything or nothing: a failure in the last step undoes the first', async () => {
    const { seller, keptListing } = await openShop();
    await rooms.database.pool.query(`
      create function fail_closing() returns trigger language plpgsql as $$ begin raise exception 'killed'; end; $$;
      create trigger fail_closing before insert on platform.audit for each row when (new.act = 'account.closed') execute function fail_closing()`);
    try {
      expect(await codeOf(close(seller, { forfeitCredits: '130' }))).toBe('internal');
    } finally {
      await rooms.database.pool.query('drop trigger fail_closing on platform.audit; drop function fail_closing()');
    }
    expect((await ask(seller, 'GET', '/api/wallet')).body.balanceCredits).toBe('130');
    expect((await ask(ada, 'GET', `/api/listings/${keptListing}`)).body.state).toBe('active');
  });
});

test('nothing of a disabled person is shown or sold until they are enabled again', async () => {
  const { seller, buyer, keptListing, receipt, soldListing } = await openShop();
  const setDisabled = (disabled: boolean) => ask(ada, 'PATCH', `/api/admin/people/${seller.id}`, { disabled });
  const shown = async () => (await ask(buyer, 'GET', `/api/listings?sellerId=${seller.id}`)).body.items.length as number;
  expect(await shown()).toBe(2);
  await setDisabled(true);
  expect(await shown()).toBe(0);
  expect((await ask(buyer, 'GET', `/api/listings/${keptListing}`)).status).toBe(404);
  expect(await codeOf(buy(buyer, keptListing))).toBe('seller_away');
  // What was bought before stays.
  expect((await ask(buyer, 'GET', `/api/purchases/${receipt}`)).status).toBe(200);
  expect((await ask(buyer, 'GET', `/api/listings/${soldListing}`)).status).toBe(200);
  await setDisabled(false);
  expect(await shown()).toBe(2);
  expect((await buy(buyer, keptListing)).status).toBe(201);
});

test('a receipt keeps its picture when the seller deletes the image for good', async () => {
  const { seller, buyer, sold, soldListing } = await openShop();
  await ask(seller, 'POST', `/api/listings/${soldListing}/withdraw`);
  await ask(seller, 'POST', '/api/images/trash', { ids: [sold] });
  expect((await ask(seller, 'POST', '/api/images/purge', { ids: [sold] })).body.changed).toBe(1);
  for (const side of [seller, buyer])
    expect((await ask(side, 'GET', `/api/listings/${soldListing}/preview/320`)).status).toBe(200);
});
