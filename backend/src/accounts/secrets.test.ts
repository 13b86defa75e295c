import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { type Site, joinSite, openSite, password, setUpSite, testSecret, tokenIn } from './test-site.ts';

let db: TestDatabase;
let site: Site;
beforeAll(async () => {
  db = await testDatabase();
  // One connection: what waited for a second one inside a transaction would wait for ever.
  site = await openSite(db.url, { poolSize: 1 });
});
afterAll(async () => {
  await site.close();
  await db.close();
});

/** Every way in, right and wrong, with the database answering and failing. Returns every secret that took part. */
async function exercise(): Promise<string[]> {
  const ada = await setUpSite(site);
  const bob = await joinSite(site, ada, { name: 'Bob' });
  const signedIn = await site.ask('POST', '/api/sessions', { body: { email: bob.email, password } });
  await site.ask('POST', '/api/sessions', { body: { email: bob.email, password: 'a-wrong-guess-123' } });
  await site.ask('POST', '/api/sessions', { body: '{"email": "bob@example.com", "password": "malformed-secret-9"' });
  await site.ask('POST', '/api/accounts', {
    body: { name: 'B', email: bob.email, password: 'a-third-password', invitation: 'forged-invitation' },
  });
  const changed = await site.ask('POST', '/api/account/password', {
    cookie: bob.cookie,
    body: { currentPassword: password, newPassword: 'a-changed-password' },
  });
  expect([signedIn.status, changed.status]).toEqual([201, 204]);
  await site.ask('POST', '/api/password-resets/redeem', {
    body: { token: 'a-forged-reset-token', password: 'a-fourth-password' },
  });
  const { key } = (await site.ask('POST', '/api/api-keys', { cookie: bob.cookie, body: { name: 'k', scopes: ['account:read'] } }))
    .body;
  await site.ask('GET', '/api/account', { key });
  await site.ask('GET', '/api/account', { key: 'rm_forgedKeyForgedKey' });
  const invited = (await site.ask('POST', '/api/admin/invitations', { cookie: ada.cookie, body: { email: 'zoe@example.com' } }))
    .body;
  // A database that refuses: its errors quote rows.
  await site.database.pool.query(`alter table accounts.sessions add constraint broken check (user_agent <> 'Breaker') not valid`);
  const broken = await site.ask('POST', '/api/sessions', {
    body: { email: ada.email, password },
    headers: { 'user-agent': 'Breaker' },
  });
  expect([broken.status, broken.body.error.code, JSON.stringify(broken.body)]).toEqual([
    500,
    'internal',
    expect.not.stringMatching(/broken|stack|sessions/),
  ]);
  const { rows } = await site.database.pool.query<{ token: string; password_hash: string }>(
    `select s.token, c.password_hash from accounts.sessions s join accounts.credentials c using (account_id)`,
  );
  return [
    password,
    'a-wrong-guess-123',
    'malformed-secret-9',
    'a-third-password',
    'forged-invitation',
    'a-changed-password',
    'a-forged-reset-token',
    'a-fourth-password',
    key,
    'rm_forgedKeyForgedKey',
    tokenIn(invited.link),
    testSecret,
    ...[ada, bob, signedIn].map(({ cookie }) => cookie!.split(/[=;]/)[1]!),
    ...rows.flatMap((row) => [row.token, row.password_hash]),
  ];
}

test('no secret reaches the log, whatever happens', async () => {
  const secrets = await exercise();
  const logged = site.logged();
  expect(logged).toContain('"path":"/api/sessions","status":401');
  expect(logged).toContain('"status":500');
  expect(secrets.every((secret) => secret.length >= 12)).toBe(true);
  expect(secrets.filter((secret) => logged.includes(secret) || logged.includes(decodeURIComponent(secret)))).toEqual([]);
});
