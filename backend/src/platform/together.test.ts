import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { type Database, openDatabase, violatedConstraint } from './database.ts';
import { together } from './together.ts';

let home: TestDatabase;
let database: Database;

beforeAll(async () => {
  home = await testDatabase();
  database = openDatabase({ url: home.url, poolSize: 3, applicationName: 'together-test' });
  await sql`create table public.steps (n int primary key, place serial)`.execute(database.read);
});
afterAll(async () => {
  await database.close();
  await home.close();
});

const insert = (n: number) => sql<{ place: number }>`insert into public.steps (n) values (${n}) returning place`;
const count = async () =>
  (await sql<{ n: number }>`select count(*)::int as n from public.steps`.execute(database.read)).rows[0]!.n;

test('parts run on the transaction’s own connection, in the order in which they were called', async () => {
  const answers = await database.tx((tx) => together(tx, (at) => [1, 2, 3].map((n) => insert(n).execute(at))));
  const places = answers.map(({ rows }) => rows[0]!.place);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(await count()).toBe(3);
});

test('one that fails undoes all of them, and is the one that is told of', async () => {
  const work = database.tx((tx) => together(tx, (at) => [insert(4).execute(at), insert(1).execute(at), insert(5).execute(at)]));
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  expect(violatedConstraint(error)).toBe('steps_pkey');
  expect(await count()).toBe(3);
});

test('a part that throws by itself undoes them too, after the others have ended', async () => {
  const refuse = async () => {
    throw new Error('refused');
  };
  await expect(database.tx((tx) => together(tx, (at) => [refuse(), insert(6).execute(at)]))).rejects.toThrow('refused');
  expect(await count()).toBe(3);
});

test('statements that are repeated until they are prepared keep their order and their answers', async () => {
  for (let n = 10; n < 30; n += 2) {
    const [one, other] = await database.tx((tx) =>
      together(tx, (at) => [insert(n).execute(at), sql<{ n: number }>`select max(n) as n from public.steps`.execute(at)]),
    );
    expect([one.rows.length, other.rows[0]!.n]).toEqual([1, n]);
  }
});

test('a connection that breaks on the way fails all of them, and the next transaction has another', async () => {
  const lost = database.tx(async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    setTimeout(() => void sql`select pg_terminate_backend(${rows[0]!.pid})`.execute(database.read), 100);
    return together(tx, (at) => [sql`select pg_sleep(20)`.execute(at), insert(40).execute(at), insert(41).execute(at)]);
  });
  await expect(lost).rejects.toThrow();
  const before = await count();
  await database.tx((tx) => together(tx, (at) => [insert(42).execute(at), insert(43).execute(at)]));
  expect(await count()).toBe(before + 2);
});

test('it wants a transaction', async () => {
  await expect(together(database.read as never, () => [])).rejects.toThrow(/database\.tx/);
});
