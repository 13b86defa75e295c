import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { type Site, joinSite, openSite, password, setUpSite } from './test-site.ts';

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

const patch = (path: string, body: object) => site.ask('PATCH', `/api/admin/${path}`, { cookie: ada.cookie, body });
const read = async (query = '') => (await site.ask('GET', `/api/admin/audit${query}`, { cookie: ada.cookie })).body;
const newest = async () => (await read('?limit=1')).items[0];

test('a role that is given stands in the log with who gave it, and one that stays as it was does not', async () => {
  await patch(`people/${bob.id}`, { role: 'administrator' });
  expect(await newest()).toMatchObject({
    actor: { id: ada.id, name: 'Ada' },
    act: 'person.role',
    subject: `account:${bob.id}`,
    name: 'Bob',
    changes: [{ field: 'role', from: 'member', to: 'administrator' }],
  });
  await patch(`people/${bob.id}`, { role: 'administrator' });
  expect((await read('?act=person.role')).items).toHaveLength(1);
});

test('shares, disabled accounts and settings stand in it, each with what changed', async () => {
  await patch(`people/${bob.id}`, { role: 'member', weight: 2, disabled: true });
  expect((await read('?limit=3')).items.map(({ act }: { act: string }) => act)).toEqual([
    'person.disabled',
    'person.share',
    'person.role',
  ]);
  await patch(`people/${bob.id}`, { disabled: false });
  expect((await newest()).act).toBe('person.enabled');
  await patch('settings', { siteName: 'Atelier', trashDays: 30, marketFeePercent: 7.5 });
  expect(await newest()).toMatchObject({
    act: 'settings.changed',
    subject: 'settings',
    changes: [
      { field: 'siteName', from: 'RenderMart', to: 'Atelier' },
      { field: 'marketFeePercent', from: '0', to: '7.5' },
    ],
  });
});

test('invitations stand in it, made and withdrawn', async () => {
  const body = { role: 'administrator', email: 'cleo@example.com' };
  const { body: invitation } = await site.ask('POST', '/api/admin/invitations', { cookie: ada.cookie, body });
  expect(await newest()).toMatchObject({ act: 'invitation.made', name: 'cleo@example.com' });
  expect((await newest()).changes[0]).toEqual({ field: 'role', from: null, to: 'administrator' });
  await site.ask('DELETE', `/api/admin/invitations/${invitation.id}`, { cookie: ada.cookie });
  expect(await newest()).toMatchObject({ act: 'invitation.withdrawn', name: 'cleo@example.com' });
});

test('what is refused leaves no line', async () => {
  const before = (await newest()).id;
  await patch(`people/${ada.id}`, { role: 'member' });
  await patch('settings', { marketFeePercent: 100 });
  expect((await newest()).id).toBe(before);
});

test('it is filtered by act, person, day and words, and read page by page', async () => {
  const all = (await read('?limit=100')).items.map(({ id }: { id: string }) => id);
  expect((await read('?act=settings.changed')).items).toHaveLength(1);
  expect((await read(`?actorId=${bob.id}`)).items).toEqual([]);
  expect((await read(`?actorId=${ada.id}&limit=100`)).items).toHaveLength(all.length);
  expect((await read('?q=CLEO')).items.map(({ act }: { act: string }) => act)).toEqual([
    'invitation.withdrawn',
    'invitation.made',
  ]);
  expect((await read('?q=%25')).items).toEqual([]);
  const today = new Date().toISOString().slice(0, 10);
  expect((await read(`?from=${today}&to=${today}&limit=100`)).items).toHaveLength(all.length);
  expect((await read('?to=2020-01-01')).items).toEqual([]);
  const seen: string[] = [];
  for (let cursor = ''; ;) {
    const page = await read(`?limit=2${cursor}`);
    seen.push(...page.items.map(({ id }: { id: string }) => id));
    if (page.nextCursor === null) break;
    cursor = `&cursor=${page.nextCursor}`;
  }
  expect(seen).toEqual(all);
  expect((await read()).actors).toEqual([{ id: ada.id, name: 'Ada' }]);
  expect((await site.ask('GET', '/api/admin/audit?cursor=x', { cookie: ada.cookie })).body.error.field).toBe('cursor');
});

test('who only closed their own account is no actor to filter by, and only the first page names actors', async () => {
  const dan = await joinSite(site, ada, { name: 'Dan' });
  const goodbye = { password, email: dan.email, forfeitCredits: '0' };
  expect((await site.ask('POST', '/api/account/close', { cookie: dan.cookie, body: goodbye })).status).toBe(204);
  const first = await read('?limit=1');
  expect(first.items[0]).toMatchObject({ act: 'account.closed', actor: { id: dan.id, name: 'Closed account' } });
  expect(first.actors).toEqual([{ id: ada.id, name: 'Ada' }]);
  const second = await read(`?limit=1&cursor=${first.nextCursor}`);
  expect([second.items[0].actor, second.actors]).toEqual([{ id: ada.id, name: 'Ada' }, []]);
});

test('its days are those of UTC, whatever the time zone of the database', async () => {
  const zone = 'Pacific/Auckland';
  const elsewhere = await openSite(
    `${db.url}${db.url.includes('?') ? '&' : '?'}options=${encodeURIComponent(`-c TimeZone=${zone}`)}`,
  );
  const { rows } = await elsewhere.database.pool.query<{ TimeZone: string }>('show timezone');
  expect(rows).toEqual([{ TimeZone: zone }]);
  await elsewhere.database.pool.query(
    `insert into platform.audit (actor_id, act, subject, name, changes, created_at) values
      ($1, 'settings.changed', 'settings', 'first', '[]', '2024-03-05 00:00Z'), ($1, 'settings.changed', 'settings', 'last', '[]', '2024-03-05 23:59:59.999Z')`,
    [ada.id],
  );
  const names = async (query: string) =>
    (await elsewhere.ask('GET', `/api/admin/audit?${query}`, { cookie: ada.cookie })).body.items.map(
      ({ name }: { name: string }) => name,
    );
  expect(await names('from=2024-03-05&to=2024-03-05')).toEqual(['last', 'first']);
  expect(await names('to=2024-03-04')).toEqual([]);
  expect(await names('from=2024-03-06&to=2024-03-07')).toEqual([]);
  await elsewhere.close();
});

test('a year 0, which no calendar has, is refused by name', async () => {
  for (const field of ['from', 'to']) {
    const { status, body } = await site.ask('GET', `/api/admin/audit?${field}=0000-01-01`, { cookie: ada.cookie });
    expect([status, body.error.code, body.error.field]).toEqual([400, 'invalid_input', field]);
  }
});

test('nobody but administrators reads it, and nobody changes it', async () => {
  const cleo = await joinSite(site, ada, { name: 'Cleo' });
  expect((await site.ask('GET', '/api/admin/audit', { cookie: cleo.cookie })).status).toBe(403);
  for (const statement of ['update platform.audit set reason = null', 'delete from platform.audit', 'truncate platform.audit'])
    await expect(site.database.pool.query(statement)).rejects.toThrow(/append-only/);
});
