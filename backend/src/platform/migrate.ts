import { readFile, readdir } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { keepAliveMs } from './notify.ts';
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

/** How a migration behaves while somebody else holds what it needs. */
export interface LockPatience {
  /** How long it stands in the queue for a lock. Everybody who only wants to read stands behind it meanwhile. */
  lockMs: number;
  /** The pause before it is tried again; each next one is twice as long, up to half a minute. */
  pauseMs: number;
  /** When it gives up. A nightly pg_dump of a large database holds its locks for long. */
  giveUpMs: number;
  /** Hears that it waits, in one line. */
  tell(line: string): void;
}

const defaultPatience: LockPatience = { lockMs: 3_000, pauseMs: 2_000, giveUpMs: 30 * 60_000, tell: () => {} };
const pauseMostMs = 30_000;

/**
 * Brings the schema up to this program. Several copies may call it at once: one works, the others wait and find it done.
 * Each migration is one transaction. Returns the names of those that ran.
 * Throws `SchemaMismatch` when the database has migrations that this program does not know, or other versions of them, and
 * `MigrationBlocked` when somebody kept a table locked for too long.
 */
export async function migrate(url: string, patience: Partial<LockPatience> = {}): Promise<string[]> {
  const migrations = await readMigrations();
  const client = new pg.Client({
    connectionString: url,
    application_name: 'rendermart-migrate',
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
  });
  await client.connect();
  try {
    await refuseEncoding(client);
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    await client.query(
      'create table if not exists public.schema_migrations (name text primary key, checksum text not null, applied_at timestamptz not null default now())',
    );
    await addContractColumn(client);
    const pending = decidePending(migrations, await applied(client));
    for (const migration of pending) await applyWhenFree(client, migration, { ...defaultPatience, ...patience });
    await installTasks(url);
    return pending.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}

/** Only where it is missing: `alter table` locks out every reader, also when it has nothing to do. */
async function addContractColumn(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query(
    `select from pg_attribute where attrelid = 'public.schema_migrations'::regclass and attname = 'contract' and not attisdropped`,
  );
  if (rowCount === 0)
    await client.query('alter table public.schema_migrations add column contract boolean not null default false');
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

/** Tries again while somebody else, such as a pg_dump, holds a lock that the migration needs. */
async function applyWhenFree(client: pg.Client, migration: Migration, patience: LockPatience): Promise<void> {
  const giveUpAt = performance.now() + patience.giveUpMs;
  for (let pauseMs = patience.pauseMs; ; pauseMs = Math.min(2 * pauseMs, pauseMostMs)) {
    try {
      return await applyOne(client, migration, patience.lockMs);
    } catch (error) {
      if (!isLocked(error)) throw error;
      if (performance.now() + pauseMs > giveUpAt) throw new MigrationBlocked(migration, patience.giveUpMs, error);
      patience.tell(
        `Migration ${migration.name} waits: another session, such as a backup, holds a lock on what it changes. It is tried again in ${pauseMs / 1000} s.`,
      );
      await sleep(pauseMs);
    }
  }
}

// lock_not_available, which lock_timeout ends with, and deadlock_detected: somebody who writes waited for rows of the migration.
const lockedCodes = new Set(['55P03', '40P01']);
const isLocked = (error: unknown): boolean =>
  lockedCodes.has(((error as Error).cause as { code?: string } | undefined)?.code ?? '');

/** Somebody kept what a migration changes locked for longer than it waits. */
export class MigrationBlocked extends Error {
  override readonly name = 'MigrationBlocked';

  constructor({ name }: Migration, giveUpMs: number, cause: unknown) {
    super(
      `Migration ${name} has waited ${Math.round(giveUpMs / 60_000)} minutes for a lock that another session holds; nothing of it was done. Find the session with: select pid, application_name, xact_start, query from pg_stat_activity where xact_start is not null order by xact_start; wait until it has ended (a backup), or end it with: select pg_terminate_backend(pid); then run migrate again.`,
      { cause },
    );
  }
}

async function applyOne(client: pg.Client, migration: Migration, lockMs: number): Promise<void> {
  await client.query('begin');
  try {
    await client.query(`set local lock_timeout = ${lockMs}`);
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
