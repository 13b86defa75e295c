import { createDatabase, startThrowAwayPostgres, withDatabase } from '@rendermart/postgres';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../platform/index.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string;
    templateDatabase: string;
  }
}

const templateDatabase = 'rendermart_template';

/** One server for the whole run, and one database with all migrations that every test file clones. */
export default async function setUp(project: TestProject) {
  const server = await startThrowAwayPostgres();
  await migrate(await createDatabase(server.url, templateDatabase));
  project.provide('postgresUrl', server.url);
  project.provide('templateDatabase', templateDatabase);
  return async () => {
    const forgotten = await findForgotten(server.url);
    await server.stop();
    if (forgotten.length > 0) throw new Error(`These tests did not close their database: ${forgotten.join(', ')}`);
  };
}

async function findForgotten(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: withDatabase(url, 'postgres') });
  await client.connect();
  const { rows } = await client.query<{ datname: string }>(
    `select datname from pg_database where not datistemplate and datname not in ('postgres', 'rendermart', $1)`,
    [templateDatabase],
  );
  await client.end();
  return rows.map((row) => row.datname);
}
