import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { type LimitedAction, makeAccountLimits } from './limits.ts';
import { type Answer, type Site, eventually, joinSite, openSite, password, setUpSite, tokenIn } from './test-site.ts';

let db: TestDatabase;
let sites: [Site, Site];
let ada: Awaited<ReturnType<typeof setUpSite>>;

beforeAll(async () => {
  db = await testDatabase();
  sites = await Promise.all([openSite(db.url), openSite(db.url)]);
  ada = await setUpSite(sites[0]);
});
afterAll(async () => {
  await Promise.all(sites.map((site) => site.close()));
  await db.close();
});

let hosts = 0;
const newAddress = () => `10.1.0.${++hosts}`;
const codes = (answers: Answer[]) => answers.map((answer) => answer.body?.error?.code ?? answer.status);

/** The same request again and again, at one copy and the other in turn. */
async function repeat(
  times: number,
  method: string,
  path: string,
  make: (index: number) => { body: unknown; from: string; cookie?: string },
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let index = 0; index < times; index += 1) answers.push(await sites[index % 2]!.ask(method, path, make(index)));
  return answers;
}

/** Uses up tries as so many requests would, without the passwords that those would hash. */
async function useUp(action: LimitedAction, account: string, tries: number): Promise<void> {
  const limits = makeAccountLimits(sites[0].database);
  for (let index = 0; index < tries; index += 1) await limits.count(action, { account, ipAddress: newAddress() });
}

async function useUpAddress(action: LimitedAction, from: string, tries: number): Promise<void> {
  await sites[0].database.pool.query('insert into platform.rate_limits values ($1, $2, $3)', [
    `${action}:address:${from}`,
    tries,
    Date.now() + 60_000,
  ]);
}

const signIn = (email: string, attempt: string, from: string) =>
  sites[0].ask('POST', '/api/sessions', { body: { email, password: attempt }, from });

test('guessing at one account ends after ten tries, from whatever address, at whichever copy', async () => {
  const bob = await joinSite(sites[0], ada, { name: 'Bob' });
  await useUp('signIn', bob.email, 7);
  const guesses = await repeat(5, 'POST', '/api/sessions', () => ({
    body: { email: bob.email, password: 'a wrong password' },
    from: newAddress(),
  }));
  expect(codes(guesses)).toEqual(['wrong_credentials', 'wrong_credentials', 'wrong_credentials', 'rate_limited', 'rate_limited']);
  const [refused] = guesses.slice(-1);
  expect(refused!.status).toBe(429);
  const waitMs = refused!.body.error.retryAfterMs;
  expect(waitMs).toBeGreaterThan(14 * 60_000);
  expect(Number(refused!.headers.get('retry-after'))).toBe(Math.ceil(waitMs / 1000));
  // The right password does not help a guesser either; other people are not touched.
  expect(codes([await signIn(bob.email, password, newAddress()), await signIn(ada.email, password, newAddress())])).toEqual([
    'rate_limited',
    201,
  ]);
});

test('an address that nobody has is limited just the same', async () => {
  await useUp('signIn', 'nobody@example.com', 9);
  const guesses = await repeat(2, 'POST', '/api/sessions', () => ({
    body: { email: 'nobody@example.com', password: 'a wrong password' },
    from: newAddress(),
  }));
  expect(codes(guesses)).toEqual(['wrong_credentials', 'rate_limited']);
});

test('guesses that come all at once are counted one by one', async () => {
  const from = newAddress();
  await useUp('signIn', 'parallel@example.com', 7);
  const guesses = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      sites[index % 2]!.ask('POST', '/api/sessions', {
        body: { email: 'parallel@example.com', password: 'a wrong password' },
        from,
      }),
    ),
  );
  expect(codes(guesses).filter((code) => code === 'wrong_credentials')).toHaveLength(3);
});

test('whoever signs in is not locked out, however often, and their mistakes are forgotten', async () => {
  const from = newAddress();
  await useUpAddress('signIn', from, 59);
  for (let round = 0; round < 3; round += 1) {
    await useUp('signIn', ada.email, 9);
    expect((await signIn(ada.email, password, from)).status).toBe(201);
  }
});

test('one address cannot try many accounts', async () => {
  const from = newAddress();
  await useUpAddress('signIn', from, 58);
  const guesses = await repeat(4, 'POST', '/api/sessions', (index) => ({
    body: { email: `victim${index}@example.com`, password: 'a wrong password' },
    from,
  }));
  expect(codes(guesses)).toEqual(['wrong_credentials', 'wrong_credentials', 'rate_limited', 'rate_limited']);
  expect((await signIn(ada.email, password, newAddress())).status).toBe(201);
});

test('signing up is limited by address and by account', async () => {
  const [from, body] = [newAddress(), { name: 'X', email: 'x@example.com', password }];
  const same = await repeat(11, 'POST', '/api/accounts', () => ({ body, from }));
  expect(codes(same)).toEqual([...Array(10).fill('invitation_needed'), 'rate_limited']);
  const many = await repeat(50, 'POST', '/api/accounts', (index) => ({
    body: { ...body, email: `x${index}@example.com` },
    from,
  }));
  expect(codes(many).slice(-2)).toEqual(['invitation_needed', 'rate_limited']);
});

test('setting up is limited by address', async () => {
  const from = newAddress();
  const tries = await repeat(21, 'POST', '/api/setup', () => ({ body: { name: 'X', email: 'x@example.com', password }, from }));
  expect(codes(tries).slice(-2)).toEqual(['setup_done', 'rate_limited']);
});

test('reset mails are limited by account, known or not, and links by address', async () => {
  for (const email of [ada.email, 'stranger@example.com']) {
    const asked = await repeat(6, 'POST', '/api/password-resets', () => ({ body: { email }, from: newAddress() }));
    expect(codes(asked)).toEqual([202, 202, 202, 202, 202, 'rate_limited']);
  }
  const from = newAddress();
  await useUpAddress('resetRedeem', from, 29);
  const tried = await repeat(2, 'POST', '/api/password-resets/redeem', () => ({ body: { token: 'guess', password }, from }));
  expect(codes(tried)).toEqual(['reset_link_invalid', 'rate_limited']);
});

test('guessing the current password from a session ends after ten tries', async () => {
  const eve = await joinSite(sites[0], ada, { name: 'Eve' });
  await useUp('passwordChange', eve.id, 8);
  const tries = await repeat(3, 'POST', '/api/account/password', () => ({
    body: { currentPassword: 'a wrong password', newPassword: 'another password' },
    from: newAddress(),
    cookie: eve.cookie,
  }));
  expect(codes(tries)).toEqual(['wrong_password', 'wrong_password', 'rate_limited']);
});

test('a reset lets the owner in again after somebody else has guessed', async () => {
  const cleo = await joinSite(sites[0], ada, { name: 'Cleo' });
  await useUp('signIn', cleo.email, 10);
  expect((await signIn(cleo.email, password, newAddress())).status).toBe(429);
  await sites[0].ask('POST', '/api/password-resets', { body: { email: cleo.email }, from: newAddress() });
  const link = await eventually(
    () => sites.map((site) => /Cleo[^]*?(http:\/\/\S+?token=[\w-]+)/.exec(site.logged())?.[1]).find(Boolean),
    'the link',
  );
  const token = tokenIn(link);
  expect(
    (
      await sites[1].ask('POST', '/api/password-resets/redeem', {
        body: { token, password: 'a new password' },
        from: newAddress(),
      })
    ).status,
  ).toBe(204);
  expect((await signIn(cleo.email, 'a new password', newAddress())).status).toBe(201);
});
