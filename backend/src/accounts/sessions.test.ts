import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { uuidV7 } from '../platform/index.ts';
import { makeAuth } from './auth.ts';
import type { AccountChange } from './index.ts';
import { isPassword } from './sessions.ts';
import { type Site, eventually, joinSite, openSite, password, setUpSite, testSecret } from './test-site.ts';

let db: TestDatabase;
let site: Site;
let other: Site;
let ada: Awaited<ReturnType<typeof setUpSite>>;
let bob: Awaited<ReturnType<typeof joinSite>>;

beforeAll(async () => {
  db = await testDatabase();
  [site, other] = await Promise.all([openSite(db.url), openSite(db.url)]);
  ada = await setUpSite(site);
  bob = await joinSite(site, ada, { name: 'Bob' });
});
afterAll(async () => {
  await Promise.all([site.close(), other.close()]);
  await db.close();
});

const signIn = (email: string, more: { password?: string; headers?: Record<string, string>; from?: string } = {}) =>
  site.ask('POST', '/api/sessions', {
    body: { email, password: more.password ?? password },
    headers: more.headers ?? {},
    from: more.from ?? '192.0.2.1',
  });
const whoIs = (cookie: string | undefined, at = site) => at.ask('GET', '/api/account', { cookie });
const sessionsOf = async (cookie: string) => (await site.ask('GET', '/api/sessions', { cookie })).body.items;

test('signing in gives a cookie that scripts and other sites cannot use, good at every copy', async () => {
  const signedIn = await signIn('ADA@example.com');
  expect([signedIn.status, signedIn.body.name]).toEqual([201, 'Ada']);
  const [pair, ...attributes] = signedIn.cookie!.split('; ');
  expect(pair).toMatch(/^rendermart\.session_token=/);
  expect(attributes).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'SameSite=Lax']));
  expect(attributes).not.toContain('Secure');
  expect((await whoIs(signedIn.cookie, other)).body).toEqual(signedIn.body);
});

test('the cookie is Secure when a trusted proxy speaks TLS, or the public address does', async () => {
  const proxied = await signIn(ada.email, { headers: { 'x-forwarded-proto': 'https' } });
  expect(proxied.cookie).toMatch(/; Secure$/);
  const tls = await openSite(db.url, { publicUrl: 'https://images.example.com' });
  const direct = await tls.ask('POST', '/api/sessions', { body: { email: ada.email, password } });
  const signedOut = await tls.ask('DELETE', '/api/sessions/current', { cookie: direct.cookie });
  await tls.close();
  expect([direct.cookie, signedOut.cookie]).toEqual([
    expect.stringMatching(/; Secure$/),
    expect.stringMatching(/Max-Age=0;.*; Secure$/),
  ]);
});

test('a wrong password and an unknown address are answered with the same words', async () => {
  const wrong = await signIn(ada.email, { password: 'wrong horse battery' });
  const unknown = await signIn('nobody@example.com');
  const withoutId = ({ error: { requestId: _, ...error } }: { error: Record<string, unknown> }) => error;
  expect([wrong.status, unknown.status]).toEqual([401, 401]);
  expect(withoutId(wrong.body)).toEqual(withoutId(unknown.body));
  expect([wrong.cookie, unknown.cookie]).toEqual([undefined, undefined]);
});

test('an unknown address costs a password hash too, so that the time does not tell', async () => {
  const { context } = makeAuth({
    database: site.database,
    ids: uuidV7,
    log: site.log,
    secret: testSecret,
    publicUrl: 'http://localhost',
  });
  const { password: passwords } = await context;
  const asked: string[] = [];
  const spied = { ...passwords, hash: (text: string) => (asked.push(text), passwords.hash(text)) };
  const auth = { context: Promise.resolve({ password: spied }) };
  expect(await isPassword({ auth } as never, null, 'a guess')).toBe(false);
  expect(asked).toEqual(['a guess']);
});

test.each([
  ['none', undefined],
  ['an unknown one', 'rendermart.session_token=abc.def'],
  ['one that is not even encoded', 'rendermart.session_token=%E0%A4%A'],
])('with %s for a cookie one is nobody', async (_what, cookie) => {
  const answer = await whoIs(cookie);
  expect([answer.status, answer.body.error.code]).toEqual([401, 'sign_in_required']);
});

test('a token without our signature is worth nothing, even one from the database', async () => {
  const { rows } = await site.database.pool.query<{ token: string }>('select token from accounts.sessions limit 1');
  const token = rows[0]!.token;
  for (const value of [token, `${token}.`, `${token}.${Buffer.alloc(32).toString('base64')}`]) {
    expect((await whoIs(`rendermart.session_token=${encodeURIComponent(value)}`)).status).toBe(401);
  }
});

test('better-auth reads the cookie that we write', async () => {
  const signedIn = await signIn(ada.email);
  const auth = makeAuth({
    database: site.database,
    ids: uuidV7,
    log: site.log,
    secret: testSecret,
    publicUrl: 'http://localhost:4000',
  });
  const session = await auth.api.getSession({ headers: new Headers({ cookie: signedIn.cookie!.split(';')[0]! }) });
  expect(session?.user).toMatchObject({ id: ada.id, email: ada.email });
});

test('sessions are listed with where they are used, and one can be ended at once, everywhere', async () => {
  const laptop = await signIn(bob.email, { headers: { 'user-agent': 'Laptop/1' }, from: '192.0.2.77' });
  const listed = await sessionsOf(bob.cookie);
  const found = listed.find((session: { userAgent: string }) => session.userAgent === 'Laptop/1');
  expect(found).toMatchObject({ ipAddress: '192.0.2.77', current: false });
  expect(listed.filter((session: { current: boolean }) => session.current)).toHaveLength(1);

  const heard: AccountChange[] = [];
  const stop = other.accounts.onAccountChange((change) => heard.push(change));
  expect((await site.ask('DELETE', `/api/sessions/${found.id}`, { cookie: bob.cookie })).status).toBe(204);
  expect([(await whoIs(laptop.cookie, other)).status, (await whoIs(bob.cookie, other)).status]).toEqual([401, 200]);
  await eventually(() => heard[0], 'the other copy to hear of the ended session');
  stop();
  expect(heard).toEqual([{ accountId: bob.id, kind: 'sessions-revoked' }]);
});

test("another person's session and one that never was are indistinguishable, and stay", async () => {
  const [adasSession] = await sessionsOf(ada.cookie);
  const answers = await Promise.all(
    [adasSession.id, uuidV7.next(), 'nonsense'].map((id) => site.ask('DELETE', `/api/sessions/${id}`, { cookie: bob.cookie })),
  );
  expect(answers.map((answer) => [answer.status, answer.body.error.code, answer.body.error.message])).toEqual(
    answers.map(() => [404, 'not_found', answers[0]!.body.error.message]),
  );
  expect((await whoIs(ada.cookie)).status).toBe(200);
});

test('signing out ends this session only; everywhere else ends all but this', async () => {
  const [phone, desk, tablet] = [await signIn(bob.email), await signIn(bob.email), await signIn(bob.email)];
  const out = await site.ask('DELETE', '/api/sessions/current', { cookie: phone.cookie });
  expect([out.status, out.cookie]).toEqual([204, expect.stringMatching(/^rendermart\.session_token=; Max-Age=0;/)]);
  expect((await whoIs(phone.cookie)).status).toBe(401);
  expect((await site.ask('POST', '/api/sessions/revoke-others', { cookie: desk.cookie })).status).toBe(204);
  expect([(await whoIs(tablet.cookie)).status, (await whoIs(bob.cookie)).status, (await whoIs(desk.cookie)).status]).toEqual([
    401, 401, 200,
  ]);
  bob.cookie = desk.cookie!;
});

test('signing out as nobody is fine, and clears the cookie', async () => {
  const out = await site.ask('DELETE', '/api/sessions/current');
  expect([out.status, out.cookie]).toEqual([204, expect.stringContaining('Max-Age=0')]);
});

test('a session ends when it is not used for long, and lives on when it is', async () => {
  const { cookie } = await signIn(bob.email, { headers: { 'user-agent': 'Idle/1' } });
  const age = (interval: string) =>
    site.database.pool.query(
      `update accounts.sessions set last_seen_at = now() - $1::interval, expires_at = now() - $1::interval + interval '30 days' where user_agent = 'Idle/1'`,
      [interval],
    );
  await age('29 days');
  expect((await whoIs(cookie)).status).toBe(200);
  const [renewed] = (await sessionsOf(cookie!)).filter((session: { current: boolean }) => session.current);
  expect(Date.parse(renewed.expiresAt) - Date.now()).toBeGreaterThan(29 * 24 * 3600 * 1000);
  await age('31 days');
  const [asked, changed] = [await whoIs(cookie), await site.ask('PATCH', '/api/account', { cookie, body: { name: 'Too late' } })];
  expect([asked, changed].map(({ status, body }) => [status, body.error.code])).toEqual([
    [401, 'sign_in_required'],
    [401, 'sign_in_required'],
  ]);
  expect((await whoIs(bob.cookie)).body.name).toBe('Bob');
  expect((await sessionsOf(bob.cookie)).map((session: { userAgent: string }) => session.userAgent)).not.toContain('Idle/1');
});

test('name and language can be changed, nothing else', async () => {
  const changed = await site.ask('PATCH', '/api/account', { cookie: bob.cookie, body: { name: ' Robert ', locale: 'fr' } });
  expect(changed.body).toMatchObject({ id: bob.id, name: 'Robert', locale: 'fr', role: 'member' });
  const refused = await site.ask('PATCH', '/api/account', { cookie: bob.cookie, body: { role: 'administrator' } });
  expect([refused.status, refused.body.error.field]).toEqual([400, 'role']);
  expect((await whoIs(bob.cookie)).body).toEqual(changed.body);
  expect(await site.accounts.namesOf(site.database.read, [bob.id, ada.id, uuidV7.next()])).toEqual(
    new Map([
      [bob.id, 'Robert'],
      [ada.id, 'Ada'],
    ]),
  );
});

test('what another site sends is refused, though the cookie is right', async () => {
  const foreign = await site.ask('PATCH', '/api/account', {
    cookie: bob.cookie,
    body: { name: 'Eve' },
    headers: { origin: 'https://evil.example' },
  });
  expect([foreign.status, foreign.body.error.code]).toEqual([403, 'foreign_origin']);
  const login = await site.ask('POST', '/api/sessions', {
    body: { email: bob.email, password },
    headers: { origin: 'https://evil.example' },
  });
  expect([login.body.error.code, login.cookie]).toEqual(['foreign_origin', undefined]);
  const own = await site.ask('PATCH', '/api/account', {
    cookie: bob.cookie,
    body: { name: 'Bob' },
    headers: { origin: site.origin },
  });
  expect([own.status, own.body.name]).toEqual([200, 'Bob']);
});
