import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '../testing/index.ts';
import { type Database, afterCommit, openDatabase } from './database.ts';
import { isOutdated, makeStatementNames, planEachTime } from './prepared.ts';

let db: TestDatabase;
let database: Database;
beforeAll(async () => {
  db = await testDatabase();
  // One connection, so that what it has prepared can be asked of it.
  database = openDatabase({ url: db.url, poolSize: 1, applicationName: 'prepared-test' });
  await database.pool.query('create table things (id int primary key, name text not null)');
});
afterAll(async () => {
  await database.close();
  await db.close();
});

const prepared = async (like: string) =>
  (await database.pool.query('select statement from pg_prepared_statements where statement like $1', [like])).rowCount;
const repeat = async (work: () => Promise<unknown>, times = 6) => {
  for (let time = 0; time < times; time += 1) await work();
};

test('what runs again and again is prepared, what runs for the first time or says otherwise is not', async () => {
  await sql`select ${1}::int as once`.execute(database.read);
  await repeat(() => sql`select ${1}::int as often`.execute(database.read));
  await repeat(() => sql`select ${1}::int as searched ${planEachTime}`.execute(database.read));
  expect([await prepared('%once'), await prepared('%often'), await prepared('%searched%')]).toEqual([0, 1, 0]);
});

test('a migration that changes a table below a prepared statement costs no request outside a transaction', async () => {
  const read = async () => (await sql`select * from things`.execute(database.read)).rows;
  await sql`insert into things values (1, 'one')`.execute(database.read);
  await repeat(read);
  await database.pool.query(`alter table things add column colour text not null default 'red'`);
  expect(await read()).toEqual([{ id: 1, name: 'one', colour: 'red' }]);
});

test('inside a transaction it breaks that transaction alone, with an error that passes', async () => {
  const read = () => database.tx(async (tx) => (await sql`select * from things where id = ${1}`.execute(tx)).rows);
  await repeat(read);
  await database.pool.query('alter table things add column size int');
  const error = await read().catch((reason: unknown) => reason);
  expect(isOutdated(error)).toBe(true);
  expect(await read()).toEqual([{ id: 1, name: 'one', colour: 'red', size: null }]);
});

test('only statements that read or write rows get a name, each its own, and not without end', () => {
  const names = makeStatementNames();
  const nameAfter = (text: string) => Array.from({ length: 5 }, () => names.of(text)).at(-1);
  expect(['begin', 'commit', 'set local x = 1', 'listen y'].map(nameAfter)).toEqual([undefined, undefined, undefined, undefined]);
  const given = Array.from({ length: 300 }, (_, index) => nameAfter(`select ${index}`)).filter((name) => name !== undefined);
  expect([given.length, new Set(given).size]).toEqual([200, 200]);
  const before = names.of('select 1');
  names.renew();
  expect([names.of('select 1'), nameAfter('select 1') === before]).toEqual([undefined, false]);
});

test('afterCommit acts when the transaction has committed, and never when it rolled back', async () => {
  const acts: string[] = [];
  await database.tx(async (tx) => {
    afterCommit(tx, () => acts.push('committed'));
    await sql`select 1`.execute(tx);
    expect(acts).toEqual([]);
  });
  const failing = database.tx(async (tx) => {
    afterCommit(tx, () => acts.push('rolled back'));
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(acts).toEqual(['committed']);
});
