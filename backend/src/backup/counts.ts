import { sql } from 'kysely';
import pg from 'pg';
import { type Database, type Reader, keepAliveMs } from '../platform/index.ts';

/** What is counted in a database: of the running one when it is saved, and of the restored one. */
export interface Counted {
  tables: Record<string, number>;
  sums: Record<string, string>;
}

/**
 * Counts everything as of one moment.
 * @param snapshot one that another connection exported and keeps open; absent: now
 */
export function countAll(
  database: Database,
  sumsOf: (reader: Reader) => Promise<Record<string, string>>,
  snapshot?: string,
): Promise<Counted> {
  return database.tx(async (tx) => {
    await sql`set transaction isolation level repeatable read read only`.execute(tx);
    if (snapshot !== undefined) await sql`set transaction snapshot ${sql.lit(snapshot)}`.execute(tx);
    // Large tables take longer to count than a request may take.
    await sql`set local statement_timeout = 0`.execute(tx);
    return { tables: await countRows(tx), sums: await sumsOf(tx) };
  });
}

/** Rows of every table, by schema and name. */
async function countRows(reader: Reader): Promise<Record<string, number>> {
  const { rows: tables } = await sql<{ schema: string; name: string }>`
    select nspname as schema, relname as name from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where relkind in ('r', 'p') and nspname !~ '^pg_' and nspname <> 'information_schema' order by 1, 2`.execute(reader);
  const counts: Record<string, number> = {};
  for (const { schema, name } of tables) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(`${schema}.${name}`)}`.execute(reader);
    counts[`${schema}.${name}`] = rows[0]!.n;
  }
  return counts;
}

/** PostgreSQL's major version. */
export async function majorVersion(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
  return Math.floor(Number(rows[0]!.server_version_num) / 10_000);
}

/** Opens a connection of one's own, which a pool would give to others between two statements. */
export async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'rendermart-backup',
    // It says nothing for as long as the dump takes, and must not be forgotten by what is in between.
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
