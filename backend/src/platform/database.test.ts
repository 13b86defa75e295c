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
