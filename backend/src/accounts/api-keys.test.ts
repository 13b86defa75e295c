import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { uuidV7 } from '../platform/index.ts';
import { type Site, holdBack, joinSite, openSite, setUpSite } from './test-site.ts';

let db: TestDatabase;
let site: Site;
let ada: Awaited<ReturnType<typeof setUpSite>>;
let bob: Awaited<ReturnType<typeof joinSite>>;

beforeAll(async () => {
  db = await testDatabase();
  site = await openSite(db.url);
  ada = await setUpSite(site);
  bob = await joinSite(site, ada, { name: 'Bob' });
});
afterAll(async () => {
  await site.close();
  await db.close();
});

const makeKey = (who: { cookie: string }, body: object) =>
  site.ask('POST', '/api/api-keys', { cookie: who.cookie, body: { name: 'script', ...body } });
const keysOf = async (who: { cookie: string }) => (await site.ask('GET', '/api/api-keys', { cookie: who.cookie })).body.items;

test('a key is shown once, stored as a hash, and says who asks', async () => {
  const made = await makeKey(bob, { scopes: ['account:read', 'images:read'] });
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({
    name: 'script',
    scopes: ['images:read', 'account:read'],
    lastUsedAt: null,
    key: expect.stringMatching(/^rm_[A-Za-z]{40,}$/),
  });
  expect(made.body.key.startsWith(made.body.start)).toBe(true);
  expect(Date.parse(made.body.expiresAt) - Date.now()).toBeGreaterThan(89 * 24 * 3600 * 1000);
  const { key, ...shown } = made.body;
  expect(await keysOf(bob)).toEqual([shown]);
  const stored = JSON.stringify((await site.database.pool.query('select * from accounts.api_keys')).rows);
  expect(stored).not.toContain(key.slice(12));
  expect((await site.ask('GET', '/api/account', { key })).body).toMatchObject({ id: bob.id, email: bob.email });
  expect((await keysOf(bob))[0].lastUsedAt).not.toBeNull();
});

test('a session that ended since it began to ask for a key leaves none', async () => {
  const cleo = await joinSite(site, ada, { name: 'Cleo' });
  const send = await holdBack(site, 'POST', '/api/api-keys', { who: cleo, body: { name: 'for ever', scopes: ['images:read'] } });
  expect((await site.ask('DELETE', '/api/sessions/current', { cookie: cleo.cookie })).status).toBe(204);
  const answer = await send();
  expect([answer.status, answer.body.error?.code]).toEqual([401, 'sign_in_required']);
  expect((await site.database.pool.query('select from accounts.api_keys where account_id = $1', [cleo.id])).rows).toEqual([]);
});

test('a key may be used as often as its owner likes', async () => {
  const { key } = (await makeKey(bob, { scopes: ['account:read'] })).body;
  const answers = await Promise.all(Array.from({ length: 40 }, () => site.ask('GET', '/api/account', { key })));
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
});

test('a key does what its scopes say and no more, and never what is for browsers', async () => {
  const { key } = (await makeKey(bob, { scopes: ['images:read'] })).body;
  for (const [method, path] of [
    ['GET', '/api/account'],
    ['GET', '/api/sessions'],
    ['GET', '/api/api-keys'],
    ['DELETE', '/api/sessions/current'],
  ] as const) {
    const answer = await site.ask(method, path, { key });
    expect([path, answer.status, answer.body.error.code]).toEqual([path, 403, 'scope_missing']);
  }
  const more = await site.ask('POST', '/api/api-keys', { key, body: { name: 'more', scopes: ['images:write'] } });
  expect(more.body.error.code).toBe('scope_missing');
});

test('the scope admin is for administrators, while they are', async () => {
  const refused = await makeKey(bob, { scopes: ['admin'] });
  expect([refused.status, refused.body.error.code, refused.body.error.field]).toEqual([403, 'not_allowed', 'scopes']);
  const eve = await joinSite(site, ada, { name: 'Eve', role: 'administrator' });
  const { key } = (await makeKey(eve, { scopes: ['admin'] })).body;
  expect((await site.ask('GET', '/api/admin/people', { key })).status).toBe(200);
  await site.ask('PATCH', `/api/admin/people/${eve.id}`, { cookie: ada.cookie, body: { role: 'member' } });
  const after = await site.ask('GET', '/api/admin/people', { key });
  expect([after.status, after.body.error.code]).toEqual([403, 'not_allowed']);
});

test.each([
  ['nonsense', async () => 'rm_nonsense'],
  ['empty', async () => ''],
  [
    'revoked',
    async () => {
      const { id, key } = (await makeKey(bob, { scopes: ['account:read'] })).body;
      expect((await site.ask('DELETE', `/api/api-keys/${id}`, { cookie: bob.cookie })).status).toBe(204);
      return key as string;
    },
  ],
  [
    'expired',
    async () => {
      const { id, key } = (await makeKey(bob, { scopes: ['account:read'], expiresInDays: 1 })).body;
      await site.database.pool.query(`update accounts.api_keys set expires_at = now() - interval '1 second' where id = $1`, [id]);
      return key as string;
    },
  ],
])('a key that is %s is refused, even beside a cookie that is right', async (_what, find) => {
  const key = await find();
  for (const cookie of [undefined, bob.cookie]) {
    const answer = await site.ask('GET', '/api/account', { key, cookie });
    expect([answer.status, answer.body.error.code, answer.body.error.message]).toEqual([
      401,
      'sign_in_required',
      expect.stringContaining('API key'),
    ]);
  }
});

test('the word of a proxy in front is not taken for a key', async () => {
  const answer = await site.ask('GET', '/api/account', { cookie: bob.cookie, headers: { authorization: 'Basic YTpi' } });
  expect(answer.status).toBe(200);
});

test("another person's key and one that never was are indistinguishable, and stay", async () => {
  const { id, key } = (await makeKey(ada, { scopes: ['account:read'], expiresInDays: null })).body;
  const answers = await Promise.all(
    [id, uuidV7.next(), 'nonsense'].map((which) => site.ask('DELETE', `/api/api-keys/${which}`, { cookie: bob.cookie })),
  );
  expect(answers.map((answer) => [answer.status, answer.body.error.code, answer.body.error.message])).toEqual(
    answers.map(() => [404, 'not_found', answers[0]!.body.error.message]),
  );
  expect((await site.ask('GET', '/api/account', { key })).body.id).toBe(ada.id);
});

test.each([
  ['a scope that does not exist', { scopes: ['everything'] }, 'scopes.0'],
  ['no scope', { scopes: [] }, 'scopes'],
  ['a time that is too long', { scopes: ['admin'], expiresInDays: 366 }, 'expiresInDays'],
])('%s is named, and no key is made', async (_what, body, field) => {
  const before = (await keysOf(bob)).length;
  const answer = await makeKey(bob, body);
  expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([400, 'invalid_input', field]);
  expect(await keysOf(bob)).toHaveLength(before);
});

test('a key with the longest name and time, or without an end, is possible', async () => {
  const long = await makeKey(bob, { name: 'n'.repeat(60), scopes: ['account:read'], expiresInDays: 365 });
  const endless = await makeKey(bob, { name: 'x', scopes: ['account:read'], expiresInDays: null });
  expect([long.status, endless.status, endless.body.expiresAt]).toEqual([201, 201, null]);
  expect((await site.ask('GET', '/api/account', { key: endless.body.key })).status).toBe(200);
});
