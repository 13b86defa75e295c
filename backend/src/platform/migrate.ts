import { readFile, readdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import pg from 'pg';
import { installTasks } from './tasks.ts';

const migrationsDir = new URL('../../migrations/', import.meta.url);
// Any number; the same in every copy, so that only one migrates at a time.
const lockKey = 7_236_283_471;

export interface Migration {
  name: string;
  sql: string;
  checksum: string;
  /** It takes away what an older program needs; a comment `-- contract` in its first line says so. */
  contract: boolean;
}

/** The migrations of this program, in order: `0003_library.sql` and so on. */
export async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(migrationsDir)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, migrationsDir), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex'), contract: /^-- contract\b/.test(sql) };
    }),
  );
}

/**
 * Brings the schema up to this program. Several copies may call it at once: one works, the others wait and find it done.
 * Each migration is one transaction. Returns the names of those that ran.
 * Throws `SchemaMismatch` when the database has migrations that this program does not know, or other versions of them.
 */
export async function migrate(url: string): Promise<string[]> {
  const migrations = await readMigrations();
  const client = new pg.Client({ connectionString: url, application_name: 'rendermart-migrate' });
  await client.connect();
  try {
    await refuseEncoding(client);
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    await client.query(
      'create table if not exists public.schema_migrations (name text primary key, checksum text not null, applied_at timestamptz not null default now())',
    );
    await client.query('alter table public.schema_migrations add column if not exists contract boolean not null default false');
    const pending = decidePending(migrations, await applied(client));
    for (const migration of pending) await applyOne(client, migration);
    await installTasks(url);
    return pending.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

/** Prompts are of every language. In another encoding some could be asked for, drawn and paid, and then never be stored. */
async function refuseEncoding(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('show server_encoding');
  const encoding = rows[0]?.server_encoding;
  if (encoding === 'UTF8') return;
  throw new SchemaMismatch(
    `Its encoding is ${encoding}, and it must be UTF8. Make one with: create database rendermart encoding 'UTF8' template template0`,
  );
}

/**
 * Whether this program can live with the schema. `ready`: it is its own. `behind`: run migrate. `ahead`: a newer program migrated,
 * and only added (expand), so that both run side by side during a rolling update. `newer`: it also took away what this one needs.
 */
export type SchemaState = 'ready' | 'behind' | 'ahead' | 'newer';

export async function schemaState(reader: { query(sql: string): Promise<{ rows: AppliedRow[] }> }): Promise<SchemaState> {
  const known = new Set((await readMigrations()).map((migration) => migration.name));
  const rows = await reader.query('select name, checksum, contract from public.schema_migrations').then(
    (result) => result.rows,
    (error: { code?: string }) => {
      // Undefined table or column: a database that this program has not migrated yet. Anything else is no answer at all.
      if (error.code === '42P01' || error.code === '42703') return [];
      throw error;
    },
  );
  return decideState(known, rows);
}

/** Pure: the same, from the names of this program's migrations and the rows of those that ran. */
export function decideState(known: ReadonlySet<string>, rows: readonly Pick<AppliedRow, 'name' | 'contract'>[]): SchemaState {
  const unknown = rows.filter((row) => !known.has(row.name));
  if (unknown.some((row) => row.contract)) return 'newer';
  // What ran here and is unknown does not make up for what is missing.
  if (rows.length - unknown.length < known.size) return 'behind';
  return unknown.length > 0 ? 'ahead' : 'ready';
}

interface Applied {
  name: string;
  checksum: string;
}

/** A migration that ran. */
export interface AppliedRow extends Applied {
  contract: boolean;
}

export class SchemaMismatch extends Error {
  override readonly name = 'SchemaMismatch';
}

/** Pure: which migrations are still to run. A migration never changes after it ran anywhere. */
export function decidePending(migrations: Migration[], appliedRows: Applied[]): Migration[] {
  const byName = new Map(appliedRows.map((row) => [row.name, row.checksum]));
  for (const migration of migrations) {
    const checksum = byName.get(migration.name);
    if (checksum !== undefined && checksum !== migration.checksum) {
      throw new SchemaMismatch(
        `Migration ${migration.name} was changed after it ran on this database. Migrations are never edited: add a new one.`,
      );
    }
  }
  return migrations.filter((migration) => !byName.has(migration.name));
}

async function applied(client: pg.Client): Promise<Applied[]> {
  return (await client.query<Applied>('select name, checksum from public.schema_migrations')).rows;
}

async function applyOne(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into public.schema_migrations (name, checksum, contract) values ($1, $2, $3)', [
      migration.name,
      migration.checksum,
      migration.contract,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`Migration ${migration.name} failed and was rolled back: ${(error as Error).message}`, { cause: error });
  }
}
