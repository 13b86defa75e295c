import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { until } from './until.ts';

/** A PostgreSQL of Debian's in a temporary folder: its pg_dump is of the same version, which the one from npm does not bring. */
export interface DebianPostgres {
  url: string;
  /** What a statement answers, a line each row. */
  query(statement: string): string;
  stop(): Promise<void>;
}

const nobody = { uid: 65_534, gid: 65_534 };
const root = '/usr/lib/postgresql';

function programs(): string {
  const versions = fs.existsSync(root) ? fs.readdirSync(root).sort((one, other) => Number(other) - Number(one)) : [];
  const found = versions
    .map((version) => path.join(root, version, 'bin'))
    .find((folder) => fs.existsSync(path.join(folder, 'initdb')));
  if (found === undefined) throw new Error('Debian’s PostgreSQL is missing: apt-get install postgresql');
  return found;
}

/** Starts it as `nobody`, because PostgreSQL refuses root; only whoever may enter the folder reaches it. */
export async function startDebianPostgres(): Promise<DebianPostgres> {
  const bin = programs();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-debian-pg-'));
  fs.chownSync(folder, nobody.uid, nobody.gid);
  const data = path.join(folder, 'data');
  const words = ['--pgdata', data, '--username=rendermart', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'];
  const made = spawnSync(path.join(bin, 'initdb'), words, { ...nobody, cwd: folder, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'fsync=off', 'max_connections=200'];
  const server = spawn(path.join(bin, 'postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])], {
    ...nobody,
    cwd: folder,
    stdio: 'ignore',
  });
  const ask = (database: string, statement: string) =>
    spawnSync(path.join(bin, 'psql'), ['-h', folder, '-U', 'rendermart', '-d', database, '-At', '-c', statement], {
      encoding: 'utf8',
    });
  await until('PostgreSQL answers', async () => ask('postgres', 'create database rendermart').status === 0, 30_000);
  return {
    url: `postgres://rendermart@localhost/rendermart?host=${encodeURIComponent(folder)}`,
    query: (statement) => ask('rendermart', statement).stdout.trim(),
    stop: () => stop(server).then(() => fs.rmSync(folder, { recursive: true, force: true })),
  };
}

async function stop(server: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGINT');
  await ended;
}
