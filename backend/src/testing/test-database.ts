import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, dropDatabase, withDatabase } from '@rendermart/postgres';
import pg from 'pg';
import { expect, inject } from 'vitest';

/** A database of one test file. */
export interface TestDatabase {
  url: string;
  /** Drops the database. Rejects if a pool or a client of the test is still connected, and names what it last ran. */
  close(): Promise<void>;
}

const goodbyeTimeoutMs = 1_000;

/**
 * Clones the migrated template, which takes about 30 ms: every test file has tables that only it writes.
 * Call it in `beforeAll` and `close()` in `afterAll`, after the pools; a run that leaves one open fails.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `${testFileName()}_${randomBytes(4).toString('hex')}`;
  const url = await createDatabase(server, name, { template: inject('templateDatabase') });
  return {
    url,
    async close() {
      const leaks = await findLeaks(server, name);
      await dropDatabase(server, name);
      if (leaks.length > 0) throw new Error(`This test left connections open; the last they ran:\n${leaks.join('\n')}`);
    },
  };
}

/** The name tells, in the server's log and in complaints, which test it was; PostgreSQL keeps 63 characters. */
function testFileName(): string {
  const file = expect.getState().testPath ?? 'test';
  return path.basename(file).replaceAll(/\W+/g, '_').slice(0, 50);
}

/** `pool.end()` resolves a moment before the server has noticed, so a goodbye gets a little time. */
async function findLeaks(server: string, name: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: withDatabase(server, 'postgres') });
  await client.connect();
  try {
    for (const deadline = Date.now() + goodbyeTimeoutMs; ; await sleep(20)) {
      const { rows } = await client.query<{ line: string }>(
        `select concat_ws(': ', nullif(application_name, ''), query) as line
         from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
        [name],
      );
      if (rows.length === 0 || Date.now() > deadline) return rows.map((row) => row.line);
    }
  } finally {
    await client.end();
  }
}
