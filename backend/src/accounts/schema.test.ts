import { getMigrations } from 'better-auth/db/migration';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, makeLog, openDatabase, systemClock, uuidV7 } from '../platform/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { authOptions } from './auth.ts';
import { deleteExpired, keyActorStatement, sessionActorStatement } from './session-store.ts';

let db: TestDatabase;
let database: Database;
beforeAll(async () => {
  db = await testDatabase();
  database = openDatabase({ url: db.url, poolSize: 2, applicationName: 'schema-test' });
});
afterAll(async () => {
  await database.close();
  await db.close();
});

const plan = () =>
  getMigrations(
    authOptions({
      database,
      ids: uuidV7,
      log: makeLog({ level: 'silent', role: 'test' }),
      secret: 's'.repeat(40),
      publicUrl: 'http://localhost',
    }),
  );

test('our migration has every table and column that better-auth expects', async () => {
  const { toBeCreated, toBeAdded, unsafeChanges, schemaProblems } = await plan();
  expect({ toBeCreated, toBeAdded, unsafeChanges, schemaProblems }).toEqual({
    toBeCreated: [],
    toBeAdded: [],
    unsafeChanges: [],
    schemaProblems: [],
  });
  // The comparison itself works: it misses what is taken away.
  await database.pool.query('alter table accounts.api_keys rename column last_used_at to gone');
  const { toBeAdded: missed } = await plan();
  await database.pool.query('alter table accounts.api_keys rename column gone to last_used_at');
  expect(missed.map((table) => [table.table, Object.keys(table.fields)])).toEqual([['api_keys', ['last_used_at']]]);
});

test('who asks is found by an index, however many sessions and keys there are', async () => {
  await database.pool.query(`
    insert into accounts.people (id, name, email, email_verified, role) select gen_random_uuid(), 'p', 'p' || n || '@x.org', false, 'member' from generate_series(1, 20000) n;
    insert into accounts.sessions (id, account_id, token, last_seen_at, expires_at) select gen_random_uuid(), id, id::text, now(), now() + interval '1 day' from accounts.people;
    insert into accounts.api_keys (id, account_id, config_id, key_hash, enabled, created_at, updated_at) select gen_random_uuid(), id, 'default', id::text, true, now(), now() from accounts.people;
    analyze accounts.people; analyze accounts.sessions; analyze accounts.api_keys`);
  const {
    rows: [somebody],
  } = await database.pool.query<{ id: string }>('select id from accounts.people limit 1');
  for (const { text } of [sessionActorStatement, keyActorStatement]) {
    const values = [somebody!.id, new Date()];
    expect((await database.pool.query(text, values)).rows).toMatchObject([{ accountId: somebody!.id }]);
    const plan = JSON.stringify((await database.pool.query(`explain (format json) ${text}`, values)).rows);
    expect(plan).toContain('Index Scan');
    expect(plan).not.toContain('Seq Scan');
  }
});

test('what is over is swept, what lasts stays', async () => {
  await database.pool.query(
    `update accounts.sessions set expires_at = now() - interval '1 second' where id in (select id from accounts.sessions limit 5)`,
  );
  const count = async () =>
    (await database.pool.query<{ count: number }>('select count(*)::int as count from accounts.sessions')).rows[0]!.count;
  const before = await count();
  await deleteExpired(database.read, systemClock.now());
  expect(await count()).toBe(before - 5);
});
