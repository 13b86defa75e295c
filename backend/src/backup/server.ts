import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { withClient } from './counts.ts';
import type { PostgresTools } from './tools.ts';

/** A database that a drill may fill, and that goes when it is over. */
export interface ScratchDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A new, empty database on a server that is there for this. Nothing else on it is touched. */
export async function createScratchDatabase(serverUrl: string): Promise<ScratchDatabase> {
  const name = `restore_drill_${process.pid}_${Date.now().toString(36)}`;
  await withClient(serverUrl, (client) => client.query(creating(name)));
  const drop = () => withClient(serverUrl, (client) => client.query(`drop database ${name} with (force)`));
  return { url: databaseOn(serverUrl, name), drop: () => drop().then(() => {}) };
}

/** Not a copy of the server's own template, which may hold tables or have another encoding. */
const creating = (name: string): string => `create database ${pg.escapeIdentifier(name)} template template0 encoding 'UTF8'`;

/** The same server and login, another database. */
function databaseOn(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}

/**
 * Makes the database into which a backup is restored in earnest, or takes one that the operator has made and that is empty: nothing
 * is ever restored over something. Answers its address.
 * @param serverUrl how to reach the server, by any of its databases
 */
export async function makeEmptyDatabase(serverUrl: string, name: string): Promise<string> {
  const url = databaseOn(serverUrl, name);
  const existing = await withClient(url, countTables).catch((error: { code?: string }) => {
    if (error.code === noSuchDatabase) return undefined;
    throw error;
  });
  if (existing === undefined) {
    await withClient(databaseOn(serverUrl, 'postgres'), (client) => client.query(creating(name))).catch(
      (cause: { code?: string }) => {
        if (cause.code !== mayNot) throw cause;
        throw new NotEmpty(
          `The login of DATABASE_URL may not make the database ${name}. As an administrator of the server run: ${creating(name)} owner ${new URL(serverUrl).username}; then the same command again.`,
          { cause },
        );
      },
    );
    return url;
  }
  if (existing === 0) return url;
  throw new NotEmpty(
    `The database ${name} has ${existing} tables already, and nothing is restored over them. Name another one (RESTORE_INTO), or drop it first: drop database ${pg.escapeIdentifier(name)};`,
  );
}

/** There is no empty database to restore into: the message says how to get one. */
export class NotEmpty extends Error {
  override readonly name = 'NotEmpty';
}

const noSuchDatabase = '3D000';
const mayNot = '42501';

async function countTables(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     where relkind in ('r', 'p') and nspname !~ '^pg_' and nspname <> 'information_schema'`,
  );
  return rows[0]!.n;
}

const nobodyId = 65_534;
const startMs = 60_000;

/**
 * Starts a PostgreSQL of our own in a temporary folder, reachable by a socket there and by nothing else.
 * It skips the disk: what it holds is a copy that is thrown away.
 */
export async function startScratchServer(tools: PostgresTools): Promise<ScratchDatabase> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-drill-'));
  // PostgreSQL refuses to run as root.
  const account = process.getuid?.() === 0 ? { uid: nobodyId, gid: nobodyId } : {};
  if (account.uid !== undefined) fs.chownSync(folder, account.uid, account.gid);
  const remove = () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const server = launch(tools, folder, account);
    await untilReady(server, folder);
    return {
      url: `postgres://rendermart@localhost/postgres?host=${encodeURIComponent(folder)}`,
      drop: () => stop(server).then(remove),
    };
  } catch (error) {
    remove();
    throw error;
  }
}

function launch(tools: PostgresTools, folder: string, account: { uid?: number; gid?: number }): ChildProcess {
  const data = path.join(folder, 'data');
  const made = spawnSync(
    tools.pathOf('initdb'),
    ['--pgdata', data, '--username=rendermart', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    { ...account, cwd: folder, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr ?? made.error?.message}`);
  const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'fsync=off', 'full_page_writes=off', 'jit=off'];
  return spawn(tools.pathOf('postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
    ...account,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

async function untilReady(server: ChildProcess, folder: string): Promise<void> {
  let said = '';
  server.stderr?.on('data', (piece: Buffer) => (said = (said + piece.toString()).slice(-2_000)));
  server.once('error', (error) => (said += error.message));
  for (const deadline = Date.now() + startMs; ; await sleep(50)) {
    const client = new pg.Client({ host: folder, user: 'rendermart', database: 'postgres' });
    const up = await client.connect().then(
      () => client.end().then(() => true),
      () => false,
    );
    if (up) return;
    if (server.exitCode !== null || Date.now() > deadline) {
      server.kill('SIGKILL');
      throw new Error(`The PostgreSQL of the drill did not start: ${said.trim()}`);
    }
  }
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  // Immediate: nothing of it is worth writing down.
  server.kill('SIGQUIT');
  await ended;
}
