import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { type Database, openDatabase } from './database.ts';

let home: TestDatabase;
let database: Database;

beforeAll(async () => {
  home = await testDatabase();
  database = openDatabase({ url: home.url, poolSize: 2, applicationName: 'database-test' });
});
afterAll(async () => {
  await database.close();
  await home.close();
});

test('a connection that breaks between two statements fails its transaction, and not the process', async () => {
  const ended: unknown[] = [];
  const note = (error: unknown) => void ended.push(error);
  process.on('uncaughtException', note);
  const work = database.tx(async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    await sql`select pg_terminate_backend(${rows[0]!.pid})`.execute(database.read);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await sql`select 1`.execute(tx);
  });
  await expect(work).rejects.toThrow();
  process.off('uncaughtException', note);
  expect(ended).toEqual([]);
  expect((await sql`select 1 as one`.execute(database.read)).rows).toEqual([{ one: 1 }]);
});

test('a transaction is one from its first statement on, also when that one fails or there is none', async () => {
  await sql`create table public.notes (n int primary key)`.execute(database.read);
  const insert = (n: number) => sql`insert into public.notes (n) values (${n})`;
  const outcomes = await Promise.allSettled([
    database.tx(async (tx) => {
      await insert(1).execute(tx);
      throw new Error('after the first');
    }),
    database.tx(async (tx) => {
      await sql`select no_such_function()`.execute(tx);
      await insert(2).execute(tx);
    }),
    database.tx(async () => {
      throw new Error('before the first');
    }),
    database.tx(async () => 'nothing to do'),
    database.tx((tx) => insert(3).execute(tx)),
    database.tx(async (tx) => {
      await insert(4).execute(tx);
      await insert(5).execute(tx);
    }),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual([
    'rejected',
    'rejected',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
  expect((await sql`select n from public.notes order by n`.execute(database.read)).rows).toEqual([{ n: 3 }, { n: 4 }, { n: 5 }]);
  const { rows } = await sql`
    select from pg_stat_activity where application_name = 'database-test' and state like 'idle in transaction%'`.execute(
    database.read,
  );
  expect(rows).toEqual([]);
});
