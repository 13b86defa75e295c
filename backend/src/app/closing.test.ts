import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import sharp from 'sharp';
import { reconcile } from '../ledger/index.ts';
import { sweepPreviews } from '../market/index.ts';
import { openStripe } from '../payments/index.ts';
import { type Person, type Site, openSite, password } from './site.test-support.ts';

let site: Site;
let ada: Person;
beforeAll(async () => {
  site = await openSite();
  ({ ada } = site);
});
afterAll(() => site.close());

const close = (person: Person, change: object = {}) =>
  site.ask(person, 'POST', '/api/account/close', { password, email: person.email, forfeitCredits: '0', ...change });
const codeOf = async (answer: ReturnType<Site['ask']>) => (await answer).body?.error.code as string | undefined;

/** Carries out what closing queued, as a worker does. */
async function emptyAccount(accountId: string): Promise<void> {
  const task = site.rooms.library.tasks.find(({ name }) => name === 'library.empty-account')!;
  await task.handle({ accountId } as never, new AbortController().signal);
}
const count = async (query: string, ...values: unknown[]) =>
  Number((await site.rooms.database.pool.query<{ n: string }>(`select count(*) as n from ${query}`, values)).rows[0]!.n);

/** Somebody who sold a licence and offers another image. */
async function openShop() {
  const [seller, buyer] = [await site.join(), await site.join()];
  const [sold, kept, secret] = [await site.upload(seller), await site.upload(seller), await site.upload(seller)];
  const [soldListing, keptListing] = [await site.offer(seller, sold), await site.offer(seller, kept)];
  const receipt = (await site.buy(buyer, soldListing)).body.id as string;
  return { seller, buyer, sold, kept, secret, soldListing, keptListing, receipt };
}

describe('closing an account', () => {
  test('takes away all that is the person’s, and nothing that somebody bought', async () => {
    const { seller, buyer, soldListing, keptListing, receipt } = await openShop();
    await site.ask(seller, 'POST', '/api/collections', { name: 'Foxes' });
    expect((await site.ask(seller, 'GET', '/api/wallet')).body.balanceCredits).toBe('130');
    expect((await close(seller, { forfeitCredits: '130' })).status).toBe(204);
    await emptyAccount(seller.id);
    await site.rooms.library.sweep(new AbortController().signal, -1);

    expect((await site.ask(seller, 'GET', '/api/account')).status).toBe(401);
    const signIn = { email: seller.email, password };
    expect(await codeOf(site.ask(buyer, 'POST', '/api/sessions', signIn))).toBe('wrong_credentials');
    expect(await codeOf(site.buy(ada, keptListing))).toBe('listing_ended');
    expect((await site.ask(ada, 'GET', `/api/listings?sellerId=${seller.id}`)).body.items).toEqual([]);

    const [copy] = (await site.ask(buyer, 'GET', '/api/images?origin=licensed')).body.items;
    const file = await site.ask(buyer, 'GET', `/api/images/${copy.id}/file`);
    expect([file.status, (await sharp(file.bytes).metadata()).width]).toEqual([200, 64]);
    expect((await site.ask(buyer, 'GET', `/api/purchases/${receipt}`)).body.seller.name).toBe('Closed account');
    expect((await site.ask(buyer, 'GET', `/api/listings/${soldListing}/preview/320`)).status).toBe(200);
    expect(await reconcile(site.rooms.database.read)).toEqual([]);
  });

  test('leaves no word of who it was', async () => {
    const { seller } = await openShop();
    await close(seller, { forfeitCredits: '130' });
    await emptyAccount(seller.id);
    const { rows } = await site.rooms.database.pool.query('select * from accounts.people where id = $1', [seller.id]);
    expect(JSON.stringify(rows)).not.toMatch(/Sella|example\.com/);
    for (const table of [
      'accounts.sessions',
      'accounts.credentials',
      'accounts.api_keys',
      'library.images',
      'library.collections',
    ])
      expect([table, await count(`${table} where account_id = $1`, seller.id)]).toEqual([table, 0]);
    expect(await count(`market.listings where seller_id = $1 and sold_count = 0 and title || description <> ''`, seller.id)).toBe(
      0,
    );
    expect(await count(`platform.audit where act = 'account.closed' and subject = $1`, `account:${seller.id}`)).toBe(1);
    expect((await site.ask(ada, 'GET', '/api/admin/people?q=Closed')).body.items).toEqual([]);
    expect(await codeOf(site.ask(ada, 'PATCH', `/api/admin/people/${seller.id}`, { disabled: false }))).toBe('not_found');
    // The address is free again.
    const again = { name: 'New', email: seller.email, password };
    expect((await site.ask(null, 'POST', '/api/accounts', again)).status).toBe(201);
  });

  test('gives the credits that are left back to the issuance, as the person agreed', async () => {
    const person = await site.join();
    await site.ask(person, 'GET', '/api/wallet');
    const issued = async () => BigInt((await site.ask(ada, 'GET', '/api/admin/ledger')).body.issuedCredits);
    const before = await issued();
    expect(await codeOf(close(person, { forfeitCredits: '99' }))).toBe('balance_moved');
    expect((await site.ask(person, 'GET', '/api/account')).status).toBe(200);
    expect((await close(person, { forfeitCredits: '100' })).status).toBe(204);
    expect(before - (await issued())).toBe(100n);
    expect(await count(`ledger.transfers where kind = 'forfeited' and reason is not null and actor = $1`, person.id)).toBe(1);
  });

  test.each([
    ['another password', { password: 'not-this-one' }, 'wrong_password'],
    ['another address', { email: 'other@example.com' }, 'email_mismatch'],
    ['a fraction', { forfeitCredits: '1.5' }, 'invalid_input'],
  ])('%s changes nothing', async (_what, change, code) => {
    const person = await site.join();
    expect(await codeOf(close(person, change))).toBe(code);
    expect((await site.ask(person, 'GET', '/api/account')).body.email).toBe(person.email);
  });

  test('waits for what is under way', async () => {
    const person = await site.join();
    await site.ask(person, 'POST', '/api/payouts', { amountCredits: '40', note: 'IBAN 1' });
    expect(await codeOf(close(person, { forfeitCredits: '100' }))).toBe('account_busy');
    const busy = await site.join();
    const wish = await site.ask(busy, 'POST', '/api/generations', { prompt: 'a fox', width: 64, height: 64 });
    expect(wish.status).toBe(202);
    expect(await codeOf(close(busy))).toBe('account_busy');
    await site.ask(busy, 'POST', `/api/generations/${wish.body.id}/cancel`);
    expect((await close(busy)).status).toBe(204);
    expect(await count('generation.generations where account_id = $1', busy.id)).toBe(0);
  });

  test('waits for a payment that may still come, and makes no credits of one that came too late', async () => {
    const webhookSecret = 'whsec_only_for_tests';
    // Nobody listens there: Stripe is away.
    const env = { STRIPE_SECRET_KEY: 'sk_test_x', STRIPE_WEBHOOK_SECRET: webhookSecret, STRIPE_API_URL: 'http://127.0.0.1:9' };
    const shop = await openSite('api', { ...env, TOP_UP_PACKS: '500:500:eur' });
    const { pool } = shop.rooms.database;
    const person = await shop.join();
    const agreed = { password, email: person.email, forfeitCredits: '0' };
    const closing = () => shop.ask(person, 'POST', '/api/account/close', agreed);
    expect(await codeOf(shop.ask(person, 'POST', '/api/top-ups', { packId: '500-500-eur' }))).toBe('payment_unavailable');
    const { rows } = await pool.query(
      "update payments.top_ups set checkout_id = 'cs_1', checkout_url = 'https://x' where account_id = $1 returning id",
      [person.id],
    );
    expect(await codeOf(closing())).toBe('account_busy');
    await pool.query("update payments.top_ups set state = 'expired' where checkout_id = 'cs_1'");
    expect((await closing()).status).toBe(204);

    const object = { id: 'cs_1', client_reference_id: rows[0].id, payment_status: 'paid', payment_intent: 'pi_1' };
    const payload = JSON.stringify({ id: 'evt_1', object: 'event', type: 'checkout.session.completed', data: { object } });
    const { client } = openStripe({ secretKey: 'sk_test_x', webhookSecret, packs: '1:1:eur' });
    const signature = client.webhooks.generateTestHeaderString({ payload, secret: webhookSecret });
    const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
    const answer = await fetch(`${shop.origin}/api/stripe/webhook`, { method: 'POST', headers, body: payload });
    expect(answer.status).toBe(204);
    const kept = await pool.query("select state, refund_due from payments.top_ups where checkout_id = 'cs_1'");
    expect(kept.rows).toEqual([{ state: 'paid', refund_due: true }]);
    expect((await pool.query("select from ledger.transfers where kind = 'topped-up'")).rows).toEqual([]);
    await shop.close();
  });

  test('is refused to the last administrator', async () => {
    expect(await codeOf(close(ada))).toBe('last_administrator');
  });

  test('is everything or nothing: a failure in the last step undoes the first', async () => {
    const { seller, keptListing } = await openShop();
    await site.rooms.database.pool.query(`
      create function fail_closing() returns trigger language plpgsql as $$ begin raise exception 'killed'; end; $$;
      create trigger fail_closing before insert on platform.audit for each row when (new.act = 'account.closed') execute function fail_closing()`);
    try {
      expect(await codeOf(close(seller, { forfeitCredits: '130' }))).toBe('internal');
    } finally {
      await site.rooms.database.pool.query('drop trigger fail_closing on platform.audit; drop function fail_closing()');
    }
    expect((await site.ask(seller, 'GET', '/api/wallet')).body.balanceCredits).toBe('130');
    expect((await site.ask(ada, 'GET', `/api/listings/${keptListing}`)).body.state).toBe('active');
  });
});

test('nothing of a disabled person is shown or sold until they are enabled again', async () => {
  const { seller, buyer, keptListing, receipt, soldListing } = await openShop();
  const setDisabled = (disabled: boolean) => site.ask(ada, 'PATCH', `/api/admin/people/${seller.id}`, { disabled });
  const shown = async () => (await site.ask(buyer, 'GET', `/api/listings?sellerId=${seller.id}`)).body.items.length as number;
  expect(await shown()).toBe(2);
  const published = await site.upload(seller);
  await site.ask(seller, 'PATCH', `/api/images/${published}`, { published: true });
  const read = async () => (await site.ask(buyer, 'GET', `/api/images/${published}/file`)).status;
  expect(await read()).toBe(200);
  await setDisabled(true);
  expect(await shown()).toBe(0);
  expect(await read()).toBe(404);
  expect((await site.ask(buyer, 'GET', `/api/listings/${keptListing}`)).status).toBe(404);
  expect(await codeOf(site.buy(buyer, keptListing))).toBe('seller_away');
  // What was bought before stays.
  expect((await site.ask(buyer, 'GET', `/api/purchases/${receipt}`)).status).toBe(200);
  expect((await site.ask(buyer, 'GET', `/api/listings/${soldListing}`)).status).toBe(200);
  await setDisabled(false);
  expect(await shown()).toBe(2);
  expect(await read()).toBe(200);
  expect((await site.buy(buyer, keptListing)).status).toBe(201);
});

/** Credits that an administrator gives by hand. */
const grant = (person: Person) =>
  site.ask(ada, 'POST', `/api/admin/people/${person.id}/credits`, { amountCredits: '7', reason: 'a present' });
const balancesOf = async (person: Person) =>
  (await site.rooms.database.pool.query('select posted::int from ledger.wallets where owner = $1', [person.id])).rows;

test('nobody is given credits that they could not spend: not after they closed their account', async () => {
  const person = await site.join();
  expect((await close(person)).status).toBe(204);
  expect((await grant(person)).status).toBe(404);
  expect(await balancesOf(person)).toEqual([]);
});

describe('what was asked for a moment before somebody', () => {
  const pauseLock = 4_242;
  /** Leaving stops just before it is written down, and goes on when the returned function is called. */
  async function pauseLeaving() {
    const { pool } = site.rooms.database;
    await pool.query(`
      create function pause_leaving() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(${pauseLock}); return new; end; $$;
      create trigger pause_leaving before update on accounts.people
        for each row when (new.disabled_at is distinct from old.disabled_at) execute function pause_leaving()`);
    const holder = await pool.connect();
    await holder.query(`select pg_advisory_lock(${pauseLock})`);
    return async () => {
      await holder.query(`select pg_advisory_unlock(${pauseLock})`);
      holder.release();
    };
  }
  const waiting = async (wanted: number) => {
    while ((await count("pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")) < wanted)
      await new Promise((resolve) => setTimeout(resolve, 10));
  };

  test.each<[string, (person: Person) => ReturnType<Site['ask']>]>([
    ['is disabled', (person) => site.ask(ada, 'PATCH', `/api/admin/people/${person.id}`, { disabled: true })],
    ['closes their account', (person) => close(person)],
  ])('%s is not carried out afterwards', async (_what, leave) => {
    const person = await site.join();
    const imageId = await site.upload(person);
    const generations = '/api/generations';
    const wish = { prompt: 'a fox', width: 64, height: 64 };
    const ended = (await site.ask(person, 'POST', generations, wish)).body.id as string;
    await site.ask(person, 'POST', `${generations}/${ended}/cancel`);
    const ask = async (...given: [Parameters<Site['ask']>[1], string, object?]) =>
      JSON.stringify((await site.ask(person, ...given)).body);
    const goOn = await pauseLeaving();
    try {
      const leaving = leave(person);
      await waiting(1);
      const requests = [
        site.offer(person, imageId).catch(String),
        site.upload(person).catch(String),
        ask('POST', generations, wish),
        ask('POST', `${generations}/${ended}/retry`),
        ask('PATCH', '/api/account', { name: 'Sella Moon again' }),
      ];
      const asked = Promise.all(requests);
      await Promise.race([asked, waiting(1 + requests.length)]);
      await goOn();
      expect([200, 204]).toContain((await leaving).status);
      expect(await asked).toEqual(requests.map(() => expect.stringContaining('sign_in_required')));
      expect(await count('market.listings where seller_id = $1', person.id)).toBe(0);
      expect(await count('library.images where account_id = $1', person.id)).toBe(1);
      expect(await count(`generation.generations where account_id = $1 and state = 'queued'`, person.id)).toBe(0);
      expect(await count(`accounts.people where id = $1 and name = 'Sella Moon again'`, person.id)).toBe(0);
    } finally {
      await site.rooms.database.pool.query('drop trigger pause_leaving on accounts.people; drop function pause_leaving()');
    }
  });

  test('closes their account is not granted to them afterwards', async () => {
    const person = await site.join();
    const goOn = await pauseLeaving();
    try {
      const leaving = close(person);
      await waiting(1);
      const granted = grant(person);
      await Promise.race([granted, waiting(2)]);
      await goOn();
      expect([(await leaving).status, (await granted).status]).toEqual([204, 404]);
      expect(await balancesOf(person)).toEqual([]);
    } finally {
      await site.rooms.database.pool.query('drop trigger pause_leaving on accounts.people; drop function pause_leaving()');
    }
  });
});

test('previews go when nobody keeps the picture any more', async () => {
  const { seller, buyer, keptListing, soldListing } = await openShop();
  const keys = async () => {
    const found = new Set<string>();
    for await (const { key } of site.rooms.storage.list('previews/')) found.add(key);
    return found;
  };
  /** Has the preview made, and finds what it is stored as. */
  const keyOf = async (listing: string) => {
    const before = await keys();
    expect((await site.ask(buyer, 'GET', `/api/listings/${listing}/preview/320`)).status).toBe(200);
    return [...(await keys())].find((key) => !before.has(key))!;
  };
  const [unsold, sold] = [await keyOf(keptListing), await keyOf(soldListing)];
  await close(seller, { forfeitCredits: '130' });
  await emptyAccount(seller.id);
  const { signal } = new AbortController();
  await site.rooms.library.sweep(signal, -1);
  const inTwoHours = { now: () => new Date(Date.now() + 7_200_000) };
  await sweepPreviews({ ...site.rooms, clock: inTwoHours }, signal);
  const left = await keys();
  expect([left.has(unsold), left.has(sold)]).toEqual([false, true]);
});

test('a receipt keeps its picture when the seller deletes the image for good', async () => {
  const { seller, buyer, sold, soldListing } = await openShop();
  await site.ask(seller, 'POST', `/api/listings/${soldListing}/withdraw`);
  await site.ask(seller, 'POST', '/api/images/trash', { ids: [sold] });
  expect((await site.ask(seller, 'POST', '/api/images/purge', { ids: [sold] })).body.changed).toBe(1);
  for (const side of [seller, buyer])
    expect((await site.ask(side, 'GET', `/api/listings/${soldListing}/preview/320`)).status).toBe(200);
});
