import { type ChildProcess, spawn } from 'node:child_process';
import { PassThrough, type Readable } from 'node:stream';
import type { PostgresTools } from './tools.ts';

/**
 * A dump in PostgreSQL's custom format, as of an exported snapshot, while it is being made.
 * The stream breaks, rather than ends, when pg_dump did not succeed: half a dump must not look whole.
 */
export function dumpDatabase(tools: PostgresTools, url: string, snapshot: string): Readable {
  const words = ['--format=custom', '--no-owner', '--no-privileges', `--snapshot=${snapshot}`];
  const child = spawn(tools.pathOf('pg_dump'), words, {
    env: { ...process.env, ...connectionOf(url) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const dump = new PassThrough();
  child.stdout.pipe(dump, { end: false });
  dump.once('close', () => child.kill());
  void outcomeOf(child, 'pg_dump').then(
    () => dump.end(),
    (error: Error) => dump.destroy(error),
  );
  return dump;
}

/** Restores a dump into an empty database, all of it or nothing. Throws with pg_restore's own words at the first thing that goes wrong. */
export async function restoreDump(tools: PostgresTools, file: string, url: string): Promise<void> {
  const database = decodeURIComponent(new URL(url).pathname.slice(1));
  const words = ['--exit-on-error', '--single-transaction', '--no-owner', '--no-privileges', `--dbname=${database}`, file];
  const child = spawn(tools.pathOf('pg_restore'), words, {
    env: { ...process.env, ...connectionOf(url) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await outcomeOf(child, 'pg_restore');
}

/** How libpq is told where to go: in the environment, because other people of a machine can read the words of a command. */
export function connectionOf(url: string): Record<string, string> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url);
  const names: Record<string, string | null> = {
    PGHOST: searchParams.get('host') ?? hostname,
    PGPORT: searchParams.get('port') ?? port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    PGSSLMODE: searchParams.get('sslmode'),
    PGSSLROOTCERT: searchParams.get('sslrootcert'),
  };
  return Object.fromEntries(Object.entries(names).filter((entry): entry is [string, string] => Boolean(entry[1])));
}

function outcomeOf(child: ChildProcess, name: string): Promise<void> {
  let said = '';
  child.stderr?.on('data', (piece: Buffer) => (said = (said + piece.toString()).slice(-2_000)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      code === 0 ? resolve() : reject(new Error(`${name} ended with ${code ?? signal}: ${said.trim()}`)),
    );
  });
}
