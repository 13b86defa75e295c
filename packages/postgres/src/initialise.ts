import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { openDataDir } from './places.ts';

interface Cluster {
  dataDir: string;
  account: Account;
  binaries: Binaries;
}

const majorVersion = '18';

/** Where the password of a data folder's only role is kept. */
export function passwordFile(dataDir: string): string {
  return `${dataDir}.password`;
}

/** Makes the data folder unless it exists; returns the password of its role. */
export function initialise(cluster: Cluster): string {
  const { dataDir, account } = cluster;
  fs.mkdirSync(path.dirname(dataDir), { recursive: true });
  if (!fs.existsSync(path.join(dataDir, 'PG_VERSION'))) create(cluster);
  checkVersion(dataDir);
  // A checkout that was first started as root, or as somebody else, has the wrong owner.
  if (account.uid !== undefined && fs.statSync(dataDir).uid !== account.uid) chownAll(dataDir, account);
  return readPassword(dataDir);
}

/** Made beside its place and then renamed: an interrupted first start leaves nothing that looks finished. */
function create(cluster: Cluster): void {
  const { dataDir, account } = cluster;
  const partial = `${dataDir}.${process.pid}.new`;
  fs.rmSync(partial, { recursive: true, force: true });
  fs.mkdirSync(partial, { mode: 0o700 });
  if (account.uid !== undefined) fs.chownSync(partial, account.uid, account.gid ?? account.uid);
  if (!fs.existsSync(passwordFile(dataDir))) writePassword(dataDir);
  try {
    runInitdb({ ...cluster, dataDir: partial }, readPassword(dataDir));
    fs.renameSync(partial, dataDir);
  } catch (error) {
    // Another start was faster: its folder is as good as ours.
    if (!fs.existsSync(path.join(dataDir, 'PG_VERSION'))) throw error;
  } finally {
    for (const rest of [partial, passwordFile(partial)]) fs.rmSync(rest, { recursive: true, force: true });
  }
}

function runInitdb({ dataDir, account, binaries }: Cluster, password: string): void {
  const opened = openDataDir(dataDir, account);
  const handed = handOverPassword(dataDir, password, account);
  const result = spawnSync(
    binaries.initdb,
    [
      ...['-D', opened.path, '-U', 'rendermart', `--pwfile=${handed.path}`, '--auth=scram-sha-256', '--no-instructions'],
      // Text sorts by code point, the same on every machine and after every update of the system's library.
      ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
      // The password has 256 random bits: nobody guesses it, and stretching would only make each connection slower.
      ...['-c', 'scram_iterations=1', '-c', 'timezone=UTC', '--no-sync'],
    ],
    {
      ...account,
      cwd: path.parse(dataDir).root,
      stdio: ['ignore', 'pipe', 'pipe', ...opened.stdio, handed.fd],
      encoding: 'utf8',
    },
  );
  fs.closeSync(handed.fd);
  opened.close();
  if (result.error) throw new Error(`initdb could not be executed: ${result.error.message}`, { cause: result.error });
  if (result.status !== 0) throw new Error(`initdb could not make ${dataDir}:\n${result.stderr.trim()}`);
}

/** initdb reads the password from a file, which its account must own; as root it cannot walk there. */
function handOverPassword(dataDir: string, password: string, account: Account): { path: string; fd: number } {
  const file = passwordFile(dataDir);
  fs.writeFileSync(file, password, { mode: 0o600 });
  if (account.uid === undefined || process.platform !== 'linux') return { path: file, fd: fs.openSync(file, 'r') };
  fs.chownSync(file, account.uid, account.gid ?? account.uid);
  return { path: '/proc/self/fd/4', fd: fs.openSync(file, 'r') };
}

function checkVersion(dataDir: string): void {
  const version = fs.readFileSync(path.join(dataDir, 'PG_VERSION'), 'utf8').trim();
  if (version === majorVersion) return;
  throw new Error(
    `${dataDir} was written by PostgreSQL ${version}, and this program brings ${majorVersion}. ` +
      `Dump it with version ${version} and load it into a new folder, or set DATABASE_URL to a server of version ${version}.`,
  );
}

function writePassword(dataDir: string): void {
  try {
    fs.writeFileSync(passwordFile(dataDir), randomBytes(32).toString('hex'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function readPassword(dataDir: string): string {
  try {
    return fs.readFileSync(passwordFile(dataDir), 'utf8').trim();
  } catch (error) {
    throw new Error(`The password of ${dataDir} is missing: ${passwordFile(dataDir)} cannot be read.`, { cause: error });
  }
}

function chownAll(folder: string, { uid, gid }: Account): void {
  if (uid === undefined) return;
  for (const entry of ['', ...fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
    fs.lchownSync(path.join(folder, entry), uid, gid ?? uid);
  }
}
