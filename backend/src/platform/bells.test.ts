import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { type Database, openDatabase, ring } from './database.ts';
import { makeLog } from './log.ts';
import { type Listener, openListener } from './notify.ts';

const log = makeLog({ level: 'silent', role: 'test' });
let home: TestDatabase;
let database: Database;
let listener: Listener;
let heard: unknown[];
beforeAll(async () => {
  home = await testDatabase();
  database = openDatabase({ url: home.url, poolSize: 2, applicationName: 'bells' });
  listener = await openListener(home.url, log);
  listener.on('news', (payload) => heard.push(payload));
});
beforeEach(() => {
  heard = [];
});
afterAll(async () => {
  await listener.close();
  await database.close();
  await home.close();
});

test('rings when the transaction has committed, never when it rolls back, and says the same thing once', async () => {
  const refused = database.tx(async (tx) => {
    ring(tx, 'news', 'rolled back');
    throw new Error('no');
  });
  await expect(refused).rejects.toThrow('no');
  let committed = false;
  await database.tx(async (tx) => {
    ring(tx, 'news', 'done');
    ring(tx, 'news', 'done');
    await sql`select pg_sleep(0.05)`.execute(tx);
    committed = heard.length === 0;
  });
  ring(database.read, 'news', { id: 'last' });
  await expect.poll(() => heard).toContainEqual({ id: 'last' });
  expect(committed).toBe(true);
  expect(heard).toEqual(['done', { id: 'last' }]);
});

test('rings again when the database was away for a moment', async () => {
  const taken = await Promise.all([database.pool.connect(), database.pool.connect()]);
  for (const client of taken) client.release();
  const { rows } = await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'bells' and pid <> pg_backend_pid()`.execute(database.read);
  expect(rows).toHaveLength(1);
  for (let each = 0; each < 4; each++) ring(database.read, 'news', each);
  await expect.poll(() => heard).toEqual([0, 1, 2, 3]);
});

test('a process that stops while the database is away does not wait for it', async () => {
  const away = openDatabase({ url: 'postgresql://nobody@127.0.0.1:1/none', poolSize: 1, applicationName: 'bells-away' });
  ring(away.read, 'news', 'unheard');
  await away.close();
  expect(away.pool.ended).toBe(true);
});
