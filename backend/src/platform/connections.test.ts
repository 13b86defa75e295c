import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { connectionsBesidesPool, listenerNameOf, readConnectionBudget, refuseConnections } from './connections.ts';
import { type Database, openDatabase } from './database.ts';
import { makeLog } from './log.ts';
import { openListener } from './notify.ts';
import { openTasks } from './tasks.ts';

const log = makeLog({ level: 'silent', role: 'test' });
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

test('a process that runs tells how many it may open, for as long as it runs', async () => {
  const listener = await openListener(home.url, log, listenerNameOf(17));
  const named = async () => {
    const { rows } = await database.pool.query(
      `select from pg_stat_activity where datname = current_database() and application_name = 'rendermart-listen 17'`,
    );
    return rows.length;
  };
  expect(await named()).toBe(1);
  // Other tests announce theirs on the same server.
  const { allowed, announced } = await readConnectionBudget(database.pool);
  expect(announced).toBeGreaterThanOrEqual(17);
  expect(allowed).toBeGreaterThan(100);
  await listener.close();
  await expect.poll(named).toBe(0);
});

test('is refused with the cure when the sum is more than the server allows', () => {
  expect(refuseConnections({ allowed: 97, announced: 81 }, 10, 16)).toBeUndefined();
  expect(refuseConnections({ allowed: 97, announced: 82 }, 10, 16)).toMatch(
    /^DATABASE_POOL_SIZE is 10: .* 16 .* up to 82, but the server allows 97\. Lower it/,
  );
  expect(refuseConnections({ allowed: 97, announced: 0 }, 95, 101)).not.toContain('already run');
});

test.each([
  ['api', false],
  ['worker', true],
] as const)('the task queue and the listener of the role %s open no more than is counted', async (role, works) => {
  const countOwn = async () => {
    const { rows } = await database.pool.query<{ n: number }>(
      `select count(*) as n from pg_stat_activity where datname = current_database() and application_name <> 'test' and backend_type = 'client backend'`,
    );
    return rows[0]!.n;
  };
  const listener = await openListener(home.url, log);
  const tasks = await openTasks({ url: home.url, log, works });
  const handle = async () => {};
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((letter) => `test.${letter}`);
  await tasks.declare(
    names.map((name) => ({ name, handle })),
    [],
  );
  if (works) await tasks.work();
  await Promise.all(Array.from({ length: 40 }, (_, index) => tasks.add(database.read, names[index % names.length]!, { index })));
  let most = 0;
  for (let look = 0; look < 20; look++) {
    most = Math.max(most, await countOwn());
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(connectionsBesidesPool[role]);
  await tasks.close();
  await listener.close();
});
