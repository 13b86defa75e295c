import pg from 'pg';
import { expect, test } from 'vitest';
import { schemaState } from '../platform/index.ts';
import { testDatabase } from './index.ts';

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

test('a test database has every migration, and its own tables', async () => {
  const [one, other] = [await testDatabase(), await testDatabase()];
  const state = await withClient(one.url, async (client) => {
    await client.query('create table only_here ()');
    return schemaState(client);
  });
  expect(state).toBe('ready');
  await withClient(other.url, (client) => expect(client.query('table only_here')).rejects.toMatchObject({ code: '42P01' }));
  await one.close();
  await other.close();
});

test('closing names a connection that a test forgot, and drops the database all the same', async () => {
  const database = await testDatabase();
  const forgotten = new pg.Client({ connectionString: database.url });
  forgotten.on('error', () => undefined);
  await forgotten.connect();
  await forgotten.query('select 41 + 1');
  await expect(database.close()).rejects.toThrow('select 41 + 1');
  await expect(withClient(database.url, () => Promise.resolve())).rejects.toMatchObject({ code: '3D000' });
});
