import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
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

/** A way to the database on which nothing comes through any more once it is silent, as when its machine lost its power. */
async function openWay(url: string) {
  const { hostname, port, searchParams } = new URL(url);
  // The embedded server listens on a socket in a folder, except on Windows.
  const folder = searchParams.get('host');
  const there =
    folder === null ? { host: hostname, port: Number(port) } : { path: `${folder}/.s.PGSQL.${searchParams.get('port')}` };
  const ways: [Socket, Socket][] = [];
  const server = createServer((near) => {
    const far = connect(there);
    ways.push([near, far]);
    for (const socket of [near, far]) socket.on('error', () => {});
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.search = '';
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: through.href,
    /** Of the connections that are open now; later ones come through. */
    silence: () => ways.forEach(([near, far]) => [near.unpipe(far), far.unpipe(near)]),
    close() {
      for (const socket of ways.flat()) socket.destroy();
      server.close();
    },
  };
}

test('a server that died without a word fails what waits for it in time, and the connection is replaced', async () => {
  const way = await openWay(home.url);
  const distant = openDatabase({ url: way.url, poolSize: 1, applicationName: 'test', statementMs: 500 });
  const one = () => sql<{ one: number }>`select 1 as one`.execute(distant.read);
  const inside = Promise.withResolvers<void>();
  const silent = Promise.withResolvers<void>();
  const work = distant.tx(async (tx) => {
    await sql`select 1`.execute(tx);
    inside.resolve();
    await silent.promise;
    await sql`select 1`.execute(tx);
  });
  await inside.promise;
  way.silence();
  const startedAt = performance.now();
  silent.resolve();
  // It is the rollback's failure: its connection was ended, so that it does not wait a second time.
  await expect(work).rejects.toThrow('Connection terminated');
  expect(performance.now() - startedAt).toBeLessThan(1_100);
  expect((await one()).rows).toEqual([{ one: 1 }]);
  way.silence();
  await expect(one()).rejects.toThrow('Query read timeout');
  expect((await one()).rows).toEqual([{ one: 1 }]);
  await distant.close();
  way.close();
});

test('a transaction that lifts the limit of its statements waits for them, and the next one has the limit again', async () => {
  const hasty = openDatabase({ url: home.url, poolSize: 1, applicationName: 'test', statementMs: 300 });
  await hasty.tx(async (tx) => {
    await sql`set local statement_timeout = 0`.execute(tx);
    await sql`select pg_sleep(0.8)`.execute(tx);
  });
  // As the ledger's check does it.
  await hasty.read
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      await sql`set local statement_timeout = 0`.execute(tx);
      await sql`select pg_sleep(0.8)`.execute(tx);
    });
  await expect(hasty.tx((tx) => sql`select pg_sleep(0.8)`.execute(tx))).rejects.toThrow('statement timeout');
  await hasty.close();
});
