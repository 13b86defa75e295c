import pg from 'pg';

/** The same server and login, another database. */
export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(name)}`;
  return changed.href;
}

/** Creates a database on the server of `url`, as a copy of `template` where one is named; returns its URL. */
export async function createDatabase(url: string, name: string, { template }: { template?: string } = {}): Promise<string> {
  const from = template === undefined ? '' : ` template ${pg.escapeIdentifier(template)}`;
  await runOnce(url, `create database ${pg.escapeIdentifier(name)}${from}`);
  return withDatabase(url, name);
}

/** Drops a database and ends whoever is still connected to it. A database that does not exist is fine. */
export async function dropDatabase(url: string, name: string): Promise<void> {
  await runOnce(url, `drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
}

/** A statement on a connection of its own, outside any transaction; several, with semicolons between them, are one transaction. */
export async function runOnce(url: string, sql: string, values: unknown[] = []): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A connection that breaks tells it twice: the query rejects, and the client emits 'error'.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.query(sql, values);
  } finally {
    await client.end();
  }
}
