import net from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, type Failure, openDatabase } from '../platform/index.ts';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { type Health, makeHealth } from './health.ts';

let home: TestDatabase;
let database: Database;
beforeAll(async () => {
  home = await testDatabase();
  database = openDatabase({ url: home.url, poolSize: 2, applicationName: 'test' });
});
afterAll(async () => {
  await database.close();
  await home.close();
});

const reachable = { reach: async () => {} };
const ask = (health: Health, what: 'healthLive' | 'healthReady' = 'healthReady') =>
  (health.handlers[what] as () => Promise<{ status: string }>)().then(
    ({ status }) => status,
    (error: Failure) => `${error.code}: ${error.message}`,
  );

test('is ready when the database, its schema and the image store are there', async () => {
  expect(await ask(makeHealth(database, reachable, 'test'))).toBe('ready');
});

test('is not ready while it stops, and alive all the same', async () => {
  const health = makeHealth(database, reachable, 'test');
  health.startDraining();
  expect(await ask(health)).toBe('unavailable: The service is stopping.');
  expect(await ask(health, 'healthLive')).toBe('live');
});

test('is not ready while the image store is away, and is again when it is back', async () => {
  let away = true;
  const reach = async () => {
    if (away) throw new Error('connect ECONNREFUSED');
  };
  const health = makeHealth(database, { reach }, 'test');
  expect(await ask(health)).toBe('unavailable: The image store does not answer.');
  away = false;
  expect(await ask(health)).toBe('ready');
});

test('notices a store that goes away later, or falls silent', async () => {
  let answer = async () => {};
  const health = makeHealth(database, { reach: () => answer() }, 'test', 0);
  expect(await ask(health)).toBe('ready');
  answer = () => new Promise(() => {});
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await ask(health)).toBe('unavailable: The image store does not answer in time.');
});

test.each([
  ['delete from schema_migrations where name = (select max(name) from schema_migrations)', 'older'],
  [`insert into schema_migrations (name, checksum, contract) values ('9999_later.sql', 'x', true)`, 'newer'],
  [`insert into schema_migrations (name, checksum) values ('9998_later.sql', 'x')`, undefined],
])('after %s', async (statement, complaint) => {
  const other = await testDatabase();
  const changed = openDatabase({ url: other.url, poolSize: 2, applicationName: 'test' });
  await changed.pool.query(statement);
  const answer = await ask(makeHealth(changed, reachable, 'test'));
  if (complaint === undefined) expect(answer).toBe('ready');
  else expect(answer).toContain(`schema is ${complaint}`);
  await changed.close();
  await other.close();
});

test('is not ready while the database is down, or silent', async () => {
  const down = openDatabase({ url: 'postgres://nobody@127.0.0.1:9/none', poolSize: 1, applicationName: 'test' });
  expect(await ask(makeHealth(down, reachable, 'test'))).toBe('unavailable: The database does not answer.');
  await down.close();
  const sockets: net.Socket[] = [];
  const silent = net.createServer((socket) => void sockets.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as net.AddressInfo;
  const waiting = openDatabase({ url: `postgres://nobody@127.0.0.1:${port}/none`, poolSize: 1, applicationName: 'test' });
  expect(await ask(makeHealth(waiting, reachable, 'test'))).toBe('unavailable: The database does not answer in time.');
  sockets.forEach((socket) => socket.destroy());
  await waiting.close();
  silent.close();
});
