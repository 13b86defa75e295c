import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.ts';
import { makeLog } from './log.ts';
import { type CronTask, openTasks } from './tasks.ts';

let home: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  home = await testDatabase();
  client = new pg.Client({ connectionString: home.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await home.close();
});

async function declare(crons: CronTask[]): Promise<void> {
  const tasks = await openTasks({ url: home.url, log: makeLog({ level: 'silent', role: 'test' }), works: false });
  await tasks.declare([{ name: 'test.task', handle: async () => {} }], crons);
  await tasks.close();
}

const secondsOf = async () =>
  Object.fromEntries(
    (await client.query(`select name, expire_seconds from pgboss.queue where name like 'test.%'`)).rows.map((row) => [
      row.name,
      row.expire_seconds,
    ]),
  );

test('a cron that says so has hours, also where its queue is older than that; everything else has two minutes', async () => {
  const cron: CronTask = { name: 'test.nightly', cron: '0 3 * * *', handle: async () => {} };
  await declare([cron]);
  expect(await secondsOf()).toEqual({ 'test.task': 120, 'test.nightly': 120 });
  await declare([{ ...cron, maxSeconds: 7_200 }]);
  expect(await secondsOf()).toEqual({ 'test.task': 120, 'test.nightly': 7_200 });
});
