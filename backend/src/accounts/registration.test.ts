import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { type Site, eventually, joinSite, openSite, password, type setUpSite, tokenIn } from './test-site.ts';

let db: TestDatabase;
let site: Site;
let other: Site;
let ada: Awaited<ReturnType<typeof setUpSite>>;

beforeAll(async () => {
  db = await testDatabase();
  [site, other] = await Promise.all([openSite(db.url), openSite(db.url)]);
});
afterAll(async () => {
  await Promise.all([site.close(), other.close()]);
  await db.close();
});

const newcomer = (name: string) => ({ name, email: `${name.toLowerCase()}@example.com`, password });
const invite = async (body: object = {}) => (await site.ask('POST', '/api/admin/invitations', { cookie: ada.cookie, body })).body;

test('before anybody is there, a visitor is told so, and nobody can sign up', async () => {
  const setup = await site.ask('GET', '/api/setup');
  expect(setup.body).toEqual({
    needsAdministrator: true,
    registration: 'invitation',
    siteName: 'RenderMart',
    exploreAudience: 'members',
    trashDays: 30,
  });
  const tried = await site.ask('POST', '/api/accounts', { body: newcomer('Early') });
  expect([tried.status, tried.body.error.code]).toEqual([403, 'invitation_needed']);
});

test('of several who set up at the same moment, on several copies, exactly one becomes the administrator', async () => {
  // Nobody can be inserted until all six are under way, so that each of them has found the site empty.
  const gate = await site.database.pool.connect();
  await gate.query('begin; lock table accounts.people in exclusive mode');
  const asked = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, index) =>
    (index % 2 ? site : other).ask('POST', '/api/setup', { body: { ...newcomer(name), locale: 'fr' } }),
  );
  await eventually(async () => {
    const { rows } = await site.database.pool.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows.length === 6 || undefined;
  }, 'all six to wait');
  await gate.query('commit');
  gate.release();
  const tries = await Promise.all(asked);
  const [winner, ...winners] = tries.filter((answer) => answer.status === 201);
  expect(winners).toEqual([]);
  expect(winner!.body).toMatchObject({ role: 'administrator', locale: 'fr' });
  expect(tries.filter((answer) => answer.status === 409).map((answer) => answer.body.error.code)).toEqual(
    Array(5).fill('setup_done'),
  );
  expect((await site.database.pool.query('select id from accounts.people')).rows).toHaveLength(1);
  expect((await site.ask('GET', '/api/account', { cookie: winner!.cookie })).body).toEqual(winner!.body);
  expect((await site.ask('GET', '/api/setup')).body.needsAdministrator).toBe(false);
  ada = { id: winner!.body.id, email: winner!.body.email, cookie: winner!.cookie! };
});

test('setting up again is refused, and changes nothing', async () => {
  const again = await site.ask('POST', '/api/setup', { body: newcomer('Late') });
  expect([again.status, again.body.error.code, again.cookie]).toEqual([409, 'setup_done', undefined]);
});

test('an invitation gives its role, once', async () => {
  const invitation = await invite({ role: 'administrator' });
  expect(invitation.link).toMatch(/^http:\/\/localhost:4000\/sign-up\?invitation=/);
  const made = await site.ask('POST', '/api/accounts', { body: { ...newcomer('Grace'), invitation: tokenIn(invitation.link) } });
  expect(made.body).toMatchObject({ role: 'administrator', email: 'grace@example.com', locale: null });
  const again = await site.ask('POST', '/api/accounts', {
    body: { ...newcomer('Mallory'), invitation: tokenIn(invitation.link) },
  });
  expect([again.status, again.body.error.code, again.body.error.field]).toEqual([400, 'invitation_invalid', 'invitation']);
  const listed = await site.ask('GET', '/api/admin/invitations', { cookie: ada.cookie });
  expect(listed.body.items.find((item: { id: string }) => item.id === invitation.id).usedAt).not.toBeNull();
});

test('an invitation that several use at the same moment lets exactly one in', async () => {
  const { link } = await invite();
  const tries = await Promise.all(
    ['Una', 'Duo', 'Tria', 'Quad'].map((name, index) =>
      (index % 2 ? site : other).ask('POST', '/api/accounts', { body: { ...newcomer(name), invitation: tokenIn(link) } }),
    ),
  );
  expect(tries.map((answer) => answer.status).sort()).toEqual([201, 400, 400, 400]);
  const { rows } = await site.database.pool.query(
    `select name from accounts.people where name in ('Una', 'Duo', 'Tria', 'Quad')`,
  );
  expect(rows).toHaveLength(1);
});

test('an invitation for an address is only good for that address', async () => {
  const { link } = await invite({ email: 'Heidi@Example.com' });
  const wrong = await site.ask('POST', '/api/accounts', { body: { ...newcomer('Ivan'), invitation: tokenIn(link) } });
  expect(wrong.body.error.code).toBe('invitation_invalid');
  const right = await site.ask('POST', '/api/accounts', { body: { ...newcomer('Heidi'), invitation: tokenIn(link) } });
  expect(right.status).toBe(201);
});

test.each([
  ['forged', async () => `${(await invite()).id}.${'A'.repeat(43)}`],
  ['nonsense', async () => 'nonsense'],
  [
    'withdrawn',
    async () => {
      const { id, link } = await invite();
      expect((await site.ask('DELETE', `/api/admin/invitations/${id}`, { cookie: ada.cookie })).status).toBe(204);
      return tokenIn(link);
    },
  ],
  [
    'expired',
    async () => {
      const { id, link } = await invite();
      await site.database.pool.query(`update accounts.invitations set expires_at = now() - interval '1 second' where id = $1`, [
        id,
      ]);
      return tokenIn(link);
    },
  ],
])('an invitation that is %s is refused with the one answer', async (_kind, makeToken) => {
  const answer = await site.ask('POST', '/api/accounts', { body: { ...newcomer('Niaj'), invitation: await makeToken() } });
  expect([answer.status, answer.body.error.code, answer.cookie]).toEqual([400, 'invitation_invalid', undefined]);
});

test('an address is taken once, in any spelling, and the invitation stays good', async () => {
  const { link } = await invite();
  const taken = await site.ask('POST', '/api/accounts', {
    body: { ...newcomer('Grace'), email: 'GRACE@example.com', invitation: tokenIn(link) },
  });
  expect([taken.status, taken.body.error.code, taken.body.error.field]).toEqual([409, 'email_taken', 'email']);
  const made = await site.ask('POST', '/api/accounts', { body: { ...newcomer('Judy'), invitation: tokenIn(link) } });
  expect(made.status).toBe(201);
});

test('one address that two sign up with at the same moment makes one account', async () => {
  const links = [(await invite()).link, (await invite()).link];
  const tries = await Promise.all(
    links.map((link) => site.ask('POST', '/api/accounts', { body: { ...newcomer('Ken'), invitation: tokenIn(link) } })),
  );
  expect(tries.map((answer) => answer.body.error?.code ?? 'made').sort()).toEqual(['email_taken', 'made']);
});

test('an open site lets anybody in as a member, a closed one nobody, and every copy knows at once', async () => {
  await site.ask('PATCH', '/api/admin/settings', { cookie: ada.cookie, body: { registration: 'open' } });
  await eventually(
    async () => ((await other.accounts.settings()).registration === 'open' ? true : undefined),
    'the other copy to hear of the policy',
  );
  const made = await other.ask('POST', '/api/accounts', { body: newcomer('Olivia') });
  expect([made.status, made.body.role]).toEqual([201, 'member']);
  const { link } = await invite();
  await site.ask('PATCH', '/api/admin/settings', { cookie: ada.cookie, body: { registration: 'closed' } });
  for (const invitation of [undefined, tokenIn(link)]) {
    // Even a copy that has not heard yet asks the row.
    const refused = await other.ask('POST', '/api/accounts', { body: { ...newcomer('Peggy'), invitation } });
    expect([refused.status, refused.body.error.code]).toEqual([403, 'registration_closed']);
  }
  await site.ask('PATCH', '/api/admin/settings', { cookie: ada.cookie, body: { registration: 'invitation' } });
  await joinSite(site, ada, { name: 'Rupert' });
});

test.each([
  ['a short password', { password: 'short' }, 'password'],
  ['no address', { email: 'nobody' }, 'email'],
  ['no name', { name: '  ' }, 'name'],
  ['a field that does not exist', { role: 'administrator' }, 'role'],
])('%s is named, and nobody is made', async (_what, wrong, field) => {
  const answer = await site.ask('POST', '/api/accounts', { body: { ...newcomer('Sybil'), ...wrong } });
  expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([400, 'invalid_input', field]);
});
