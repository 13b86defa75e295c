import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { PostgresTools } from './tools.ts';

/** A database that a drill may fill, and that goes when it is over. */
export interface ScratchDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A new, empty database on a server that is there for this. Nothing else on it is touched. */
export async function createScratchDatabase(serverUrl: string): Promise<ScratchDatabase> {
  const name = `restore_drill_${process.pid}_${Date.now().toString(36)}`;
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: serverUrl });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await run(`create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => run(`drop database ${name} with (force)`) };
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
