import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { uuidV7 } from '../platform/index.ts';
import type { AccountChange } from './index.ts';
import { type Site, eventually, holdBack, joinSite, openSite, password, setUpSite, tokenIn } from './test-site.ts';

let db: TestDatabase;
let site: Site;
let other: Site;
let ada: Awaited<ReturnType<typeof setUpSite>>;
const images = new Map<string, number>();

beforeAll(async () => {
  db = await testDatabase();
  const countImages = async (_reader: unknown, ids: readonly string[]) => new Map([...images].filter(([id]) => ids.includes(id)));
  [site, other] = await Promise.all([openSite(db.url, { countImages }), openSite(db.url)]);
  ada = await setUpSite(site);
});
afterAll(async () => {
  await Promise.all([site.close(), other.close()]);
  await db.close();
});

const patch = (id: string, body: object, at = site, cookie = ada.cookie) =>
  at.ask('PATCH', `/api/admin/people/${id}`, { cookie, body });
const list = async (query = '') => (await site.ask('GET', `/api/admin/people${query}`, { cookie: ada.cookie })).body;

test('administration is closed to members and to nobody', async () => {
  const bob = await joinSite(site, ada, { name: 'Bob' });
  const routes = [
    ['GET', '/api/admin/people'],
    ['PATCH', `/api/admin/people/${ada.id}`],
    ['GET', '/api/admin/invitations'],
    ['POST', '/api/admin/invitations'],
    ['DELETE', `/api/admin/invitations/${uuidV7.next()}`],
    ['GET', '/api/admin/settings'],
    ['PATCH', '/api/admin/settings'],
  ] as const;
  for (const [method, path] of routes) {
    const body = method === 'POST' || method === 'PATCH' ? {} : undefined;
    const [member, nobody] = [await site.ask(method, path, { cookie: bob.cookie, body }), await site.ask(method, path, { body })];
    expect([path, member.status, member.body.error.code, nobody.status]).toEqual([path, 403, 'not_allowed', 401]);
  }
});

test('people are listed page by page, the newest first, each once, with what they keep', async () => {
  for (const name of ['Cleo', 'Dora', 'Emil']) await joinSite(site, ada, { name });
  images.set(ada.id, 7);
  const seen: { name: string; images: number; email: string; lastSeenAt: string | null }[] = [];
  for (let cursor = ''; ;) {
    const page = await list(`?limit=2${cursor}`);
    seen.push(...page.items);
    if (page.nextCursor === null) break;
    cursor = `&cursor=${page.nextCursor}`;
  }
  expect(seen.map((person) => person.name)).toEqual(['Emil', 'Dora', 'Cleo', 'Bob', 'Ada']);
  expect(seen.at(-1)).toMatchObject({ images: 7, weight: 1, disabled: false, role: 'administrator' });
  expect(seen[0]).toMatchObject({ images: 0, lastSeenAt: expect.any(String) });
});

test('people are found by name or address, taken literally', async () => {
  expect((await list('?q=CLE')).items.map((person: { name: string }) => person.name)).toEqual(['Cleo']);
  expect((await list('?q=dora%40example')).items.map((person: { name: string }) => person.name)).toEqual(['Dora']);
  for (const sign of ['%25', '_', '%5C']) expect((await list(`?q=${sign}`)).items).toEqual([]);
});

test('a cursor that we never gave is named', async () => {
  const answer = await site.ask('GET', '/api/admin/people?cursor=nonsense', { cookie: ada.cookie });
  expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([400, 'invalid_input', 'cursor']);
});

test('an id that nobody has is not found', async () => {
  for (const id of [uuidV7.next(), 'nonsense']) expect((await patch(id, { weight: 2 })).body.error.code).toBe('not_found');
});

test('a new share of the queue is heard of everywhere', async () => {
  const [emil] = (await list('?q=emil')).items;
  const heard: AccountChange[] = [];
  const stop = other.accounts.onAccountChange((change) => heard.push(change));
  expect((await patch(emil.id, { weight: 2.5 })).body).toMatchObject({ id: emil.id, weight: 2.5 });
  await eventually(() => heard[0], 'news of the share');
  stop();
  expect(heard).toEqual([{ accountId: emil.id, kind: 'weight' }]);
  expect(await other.accounts.weightsOf(other.database.read, [emil.id, ada.id])).toEqual(
    new Map([
      [emil.id, 2.5],
      [ada.id, 1],
    ]),
  );
  for (const weight of [0, -1, 101]) expect((await patch(emil.id, { weight })).body.error.field).toBe('weight');
});

test('disabling ends sessions and keys at once, everywhere; enabling brings back neither', async () => {
  const fay = await joinSite(site, ada, { name: 'Fay' });
  const { key } = (await site.ask('POST', '/api/api-keys', { cookie: fay.cookie, body: { name: 'k', scopes: ['account:read'] } }))
    .body;
  const heard: AccountChange[] = [];
  const stop = other.accounts.onAccountChange((change) => heard.push(change));
  expect((await patch(fay.id, { disabled: true })).body).toMatchObject({ disabled: true });
  const refused = async () =>
    [await other.ask('GET', '/api/account', { cookie: fay.cookie }), await other.ask('GET', '/api/account', { key })].map(
      (answer) => answer.status,
    );
  expect(await refused()).toEqual([401, 401]);
  await eventually(() => heard[0], 'news of the disabled account');
  stop();
  expect(heard).toEqual([{ accountId: fay.id, kind: 'disabled' }]);
  const signIn = () => site.ask('POST', '/api/sessions', { body: { email: fay.email, password } });
  const told = await signIn();
  expect([told.status, told.body.error.code, told.cookie]).toEqual([403, 'account_disabled', undefined]);
  const guessed = await site.ask('POST', '/api/sessions', { body: { email: fay.email, password: 'a wrong password' } });
  expect(guessed.body.error.code).toBe('wrong_credentials');
  expect((await patch(fay.id, { disabled: false })).body).toMatchObject({ disabled: false });
  expect(await refused()).toEqual([401, 401]);
  expect((await signIn()).status).toBe(201);
});

test('the last administrator can neither step down nor be disabled', async () => {
  for (const body of [{ role: 'member' }, { disabled: true }, { role: 'member', weight: 9 }]) {
    const answer = await patch(ada.id, body);
    expect([answer.status, answer.body.error.code]).toEqual([409, 'last_administrator']);
  }
  expect((await list('?q=ada')).items[0]).toMatchObject({ role: 'administrator', disabled: false, weight: 1 });
});

test('a disabled administrator does not count as another one', async () => {
  const gil = await joinSite(site, ada, { name: 'Gil', role: 'administrator' });
  await patch(gil.id, { disabled: true });
  expect((await patch(ada.id, { role: 'member' })).body.error.code).toBe('last_administrator');
});

test('two administrators who demote each other at the same moment leave one', async () => {
  const hal = await joinSite(site, ada, { name: 'Hal', role: 'administrator' });
  for (let round = 0; round < 5; round += 1) {
    const answers = await Promise.all([patch(hal.id, { role: 'member' }), patch(ada.id, { disabled: true }, other, hal.cookie)]);
    const { rows } = await site.database.pool.query(
      `select id from accounts.people where role = 'administrator' and disabled_at is null`,
    );
    expect([answers.filter((answer) => answer.status === 200).length, rows.length]).toEqual([1, 1]);
    await site.database.pool.query(`update accounts.people set role = 'administrator', disabled_at = null where id in ($1, $2)`, [
      hal.id,
      ada.id,
    ]);
    for (const who of [ada, hal])
      who.cookie = (await site.ask('POST', '/api/sessions', { body: { email: who.email, password } })).cookie!;
  }
});

test.each([
  ['demoted', { role: 'member' }],
  ['disabled', { disabled: true }],
])('invitations of an administrator who is %s are worth nothing, and that stands in the log', async (how, change) => {
  const name = `Ivy-${how}`;
  const ivy = await joinSite(site, ada, { name, role: 'administrator' });
  const invite = (cookie: string) =>
    site.ask('POST', '/api/admin/invitations', { cookie, body: { role: 'administrator', email: `${how}-guest@example.com` } });
  const [{ body: theirs }, { body: anothers }] = [await invite(ivy.cookie), await invite(ada.cookie)];
  const signUp = (link: string) =>
    site.ask('POST', '/api/accounts', {
      body: { name: 'Guest', email: `${how}-guest@example.com`, password, invitation: tokenIn(link) },
    });
  const came = await joinSite(site, ivy, { name: `Came-${how}` });
  expect((await patch(ivy.id, { weight: 2 })).status).toBe(200);
  expect((await patch(ivy.id, change)).status).toBe(200);
  expect((await signUp(theirs.link)).body.error.code).toBe('invitation_invalid');
  expect((await signUp(anothers.link)).status).toBe(201);
  // Who had come by one stays, and so does the trace of it.
  expect((await site.ask('GET', '/api/account', { cookie: came.cookie })).status).toBe(200);
  const ids = (await site.ask('GET', '/api/admin/invitations', { cookie: ada.cookie })).body.items;
  expect(ids.filter(({ id }: { id: string }) => id === theirs.id)).toEqual([]);
  const [line] = (await site.ask('GET', '/api/admin/audit?act=invitation.withdrawn&limit=1', { cookie: ada.cookie })).body.items;
  expect(line).toMatchObject({ actor: { id: ada.id }, subject: `invitation:${theirs.id}` });
});

test('an invitation that is made while its host is demoted is not made', async () => {
  const jon = await joinSite(site, ada, { name: 'Jon', role: 'administrator' });
  const demoting = await site.database.pool.connect();
  try {
    await demoting.query('begin');
    await demoting.query('select from accounts.people where id = $1 for update', [jon.id]);
    const inviting = site.ask('POST', '/api/admin/invitations', { cookie: jon.cookie, body: { role: 'administrator' } });
    await eventually(async () => {
      const { rows } = await site.database.pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows[0];
    }, 'the invitation to wait');
    await demoting.query(`update accounts.people set role = 'member' where id = $1`, [jon.id]);
    await demoting.query('commit');
    expect((await inviting).body.error?.code).toBe('not_allowed');
  } finally {
    demoting.release(true);
  }
});

test.each([
  ['disabled', { disabled: true }, { disabled: true, role: 'administrator' }],
  ['demoted', { role: 'member' }, { disabled: false, role: 'member' }],
])('an administrator who was %s since they began to ask does not put themselves back', async (how, change, after) => {
  const kim = await joinSite(site, ada, { name: `Kim-${how}`, role: 'administrator' });
  const body = { role: 'administrator', disabled: false };
  const send = await holdBack(site, 'PATCH', `/api/admin/people/${kim.id}`, { who: kim, body });
  expect((await patch(kim.id, change)).status).toBe(200);
  const answer = await send();
  expect([answer.status, answer.body.error?.code]).toEqual([403, 'not_allowed']);
  expect((await list(`?q=Kim-${how}`)).items).toEqual([expect.objectContaining(after)]);
});

test('settings are changed one by one, and bad ones are named', async () => {
  const change = (body: object) => site.ask('PATCH', '/api/admin/settings', { cookie: ada.cookie, body });
  const before = (await site.ask('GET', '/api/admin/settings', { cookie: ada.cookie })).body;
  const after = await change({ siteName: 'Atelier', trashDays: 7 });
  expect(after.body).toEqual({ ...before, siteName: 'Atelier', trashDays: 7 });
  expect(await site.accounts.settings()).toEqual(after.body);
  await eventually(
    async () => ((await other.ask('GET', '/api/setup')).body.siteName === 'Atelier' ? true : undefined),
    'the other copy to hear of the name',
  );
  for (const [field, value] of [
    ['trashDays', 0],
    ['registration', 'sometimes'],
    ['colour', 'red'],
  ] as const) {
    expect((await change({ [field]: value })).body.error).toMatchObject({ code: 'invalid_input', field });
  }
  expect((await site.ask('GET', '/api/admin/settings', { cookie: ada.cookie })).body).toEqual(after.body);
});

test('settings that two change at the same moment keep both changes', async () => {
  const change = (at: Site, body: object) => at.ask('PATCH', '/api/admin/settings', { cookie: ada.cookie, body });
  await Promise.all([change(site, { maxQueuedPerAccount: 42 }), change(other, { exploreAudience: 'everyone' })]);
  expect((await site.ask('GET', '/api/admin/settings', { cookie: ada.cookie })).body).toMatchObject({
    maxQueuedPerAccount: 42,
    exploreAudience: 'everyone',
  });
});
