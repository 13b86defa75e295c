import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverAccount, type Account } from './account.ts';
import { findBinaries, type Binaries } from './binaries.ts';
import { claimServer } from './claim.ts';
import { createDatabase, runOnce, withDatabase } from './databases.ts';
import { guardServer } from './guard.ts';
import { initialise, passwordFile } from './initialise.ts';
import { isPostgresAlive, readPostmasterFile, type PostmasterFile } from './postmaster-file.ts';
import { findListenAddress, listenArguments, openDataDir } from './places.ts';

/** How to run a server. */
export interface StartPostgres {
  /** The cluster's own folder; `<dataDir>.password` and `<dataDir>.log` stand beside it. */
  dataDir: string;
  /** What a second program that wants the same folder is told, such as an address. At most 63 characters. */
  owner?: string;
  /** Settings as in postgresql.conf, over ours. */
  settings?: Record<string, string>;
  /** A folder that goes if this process dies without stopping the server. */
  removeOnDeath?: string;
}

/** Why a server ended, with the last lines of its log. */
export interface PostgresExit {
  code: number | null;
  signal: string | null;
  lastLines: string;
}

/** A running server. */
export interface PostgresServer {
  /** Of the database `rendermart`, with the password in it: for `pg` and all that speaks through it. */
  url: string;
  pid: number;
  /** Resolves when the server has ended, stopped or not. */
  exited: Promise<PostgresExit>;
  /** Ends all sessions, writes everything down and stops. Harmless when it has ended already. */
  stop(): Promise<void>;
}

interface Cluster {
  dataDir: string;
  account: Account;
  binaries: Binaries;
  password: string;
  settings: Record<string, string>;
}

const databaseName = 'rendermart';
const startTimeoutMs = 60_000;
const stopTimeoutMs = 30_000;

// Short queries by the thousand: compiling them costs more than running them. Everything else is about fewer checkpoints.
const ownSettings = {
  jit: 'off',
  max_connections: '200',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  log_checkpoints: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * Starts the server of a data folder, which is made at first use. A server that a dead owner left there is taken over.
 * @throws ServerInUse while another owner lives; UnsupportedPlatform where no embedded PostgreSQL exists; Error with the server's own words when it does not start.
 */
export async function startPostgres(how: StartPostgres): Promise<PostgresServer> {
  const account = serverAccount();
  const dataDir = path.resolve(how.dataDir);
  const binaries = findBinaries(account);
  const password = initialise({ dataDir, account, binaries });
  const cluster = { dataDir, account, binaries, password, settings: { ...ownSettings, ...how.settings } };

  const { child, file } = await findOrLaunch(cluster);
  const url = addressOf(cluster, file);
  const claim = await claimServer(withDatabase(url, 'postgres'), how.owner ?? `process ${process.pid}`);
  const guard = guardServer(file.pid, how.removeOnDeath);
  await prepareDatabase(url);
  const exited = (child ? childExit(child) : strangerExit(file.pid)).then((exit) => {
    guard.dismiss();
    if (file.socketDir && file.socketDir !== dataDir) fs.rmSync(file.socketDir, { recursive: true, force: true });
    return { ...exit, lastLines: readLastLines(dataDir) };
  });
  return { url, pid: file.pid, exited, stop: () => claim.release().then(() => stop(cluster, file.pid, exited)) };
}

/** The address of a server that runs in this folder for another program, without claiming it; undefined when none does. */
export function addressOfRunning(dataDir: string): string | undefined {
  const file = readPostmasterFile(dataDir);
  if (!file?.ready || !isPostgresAlive(file.pid)) return undefined;
  return addressOf({ password: fs.readFileSync(passwordFile(dataDir), 'utf8') }, file);
}

/** A kill -9 of our former self may have left a server, which may be going down at this very moment: so we look again. */
async function findOrLaunch(cluster: Cluster): Promise<{ child?: ChildProcess; file: PostmasterFile }> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    const running = await findRunning(cluster, deadline);
    if (running) return { file: running };
    const child = await launch(cluster);
    const file = await waitUntilReady(cluster, child, deadline);
    if (file) return { child, file };
    const lastLines = readLastLines(cluster.dataDir);
    // Both clear up by themselves: the children of a killed server notice its death within a second.
    const passing = /already exists|still in use/.test(lastLines);
    if (!passing || Date.now() > deadline) throw new Error(`PostgreSQL did not start. Its last words:\n${lastLines}`);
    await sleep(300);
  }
}

async function findRunning(cluster: Cluster, deadline: number): Promise<PostmasterFile | undefined> {
  for (;;) {
    const file = readPostmasterFile(cluster.dataDir);
    if (!file) return undefined;
    if (!isPostgresAlive(file.pid)) return forgetDeadServer(cluster.dataDir);
    if (file.ready && (await staysUp(addressOf(cluster, file)))) return file;
    if (Date.now() > deadline) {
      throw new Error(
        `A PostgreSQL (process ${file.pid}) holds ${cluster.dataDir} but does not answer. Stop it and start again.`,
      );
    }
    await sleep(100);
  }
}

/** PostgreSQL refuses a folder whose lock names a living process, even when that number now belongs to another program. */
async function forgetDeadServer(dataDir: string): Promise<undefined> {
  await sleep(100);
  fs.rmSync(path.join(dataDir, 'postmaster.pid'), { force: true });
}

/** When its owner died a moment ago, the guard is about to stop it: one that answers twice is there to stay. */
async function staysUp(url: string): Promise<boolean> {
  if (!(await answers(url))) return false;
  await sleep(150);
  return answers(url);
}

async function answers(url: string): Promise<boolean> {
  try {
    await runOnce(withDatabase(url, 'postgres'), 'select 1');
    return true;
  } catch (error) {
    // 28P01: it is alive and does not know our password, which waiting will not change.
    if ((error as { code?: string }).code === '28P01') {
      throw new Error(`The running PostgreSQL refuses the password in ${passwordFile('<data folder>')}.`, { cause: error });
    }
    return false;
  }
}

async function launch(cluster: Cluster): Promise<ChildProcess> {
  const opened = openDataDir(cluster.dataDir, cluster.account);
  const log = openLog(cluster.dataDir);
  const settings = Object.entries(cluster.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const listen = await findListenAddress(cluster.dataDir, cluster.account);
  const child = spawn(cluster.binaries.postgres, ['-D', opened.path, ...listenArguments(listen, opened.path), ...settings], {
    ...cluster.account,
    cwd: path.parse(cluster.dataDir).root,
    // A group of its own: Ctrl-C must reach the API and the workers first, and the database last.
    detached: true,
    windowsHide: true,
    stdio: ['ignore', log, log, ...opened.stdio],
  });
  child.unref();
  fs.closeSync(log);
  opened.close();
  return child;
}

/** Resolves with undefined when the server ended instead. */
async function waitUntilReady(cluster: Cluster, child: ChildProcess, deadline: number): Promise<PostmasterFile | undefined> {
  const failed = new Promise<Error>((resolve) => child.once('error', resolve));
  while (child.exitCode === null && child.signalCode === null) {
    const file = readPostmasterFile(cluster.dataDir);
    if (file?.ready && file.pid === child.pid) return file;
    if (Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`PostgreSQL was not ready after ${startTimeoutMs / 1000} s.\n${readLastLines(cluster.dataDir)}`);
    }
    const error = await Promise.race([failed, sleep(10)]);
    if (error) throw new Error(`PostgreSQL could not be executed: ${error.message}`, { cause: error });
  }
  return undefined;
}

function addressOf(cluster: Pick<Cluster, 'password'>, file: PostmasterFile): string {
  const login = `rendermart:${cluster.password}`;
  if (!file.socketDir) return `postgresql://${login}@127.0.0.1:${file.port}/${databaseName}`;
  return `postgresql://${login}@localhost/${databaseName}?host=${encodeURIComponent(file.socketDir)}&port=${file.port}`;
}

async function prepareDatabase(url: string): Promise<void> {
  const system = withDatabase(url, 'postgres');
  const { rowCount } = await runOnce(system, 'select from pg_database where datname = $1', [databaseName]);
  if (rowCount === 0) await createDatabase(system, databaseName);
}

async function stop(cluster: Cluster, pid: number, exited: Promise<PostgresExit>): Promise<void> {
  askToStop(cluster, pid);
  const timer = new AbortController();
  const late = sleep(stopTimeoutMs, 'late' as const, { signal: timer.signal }).catch(() => undefined);
  if ((await Promise.race([exited, late])) === 'late') {
    // SIGQUIT ends it without writing down; the next start replays the log, and nothing committed is lost.
    signal(pid, 'SIGQUIT');
    await exited;
  }
  timer.abort();
}

function askToStop({ binaries, dataDir }: Cluster, pid: number): void {
  if (process.platform !== 'win32') return signal(pid, 'SIGINT');
  const control = path.join(path.dirname(binaries.postgres), 'pg_ctl.exe');
  spawnSync(control, ['stop', '--no-wait', '-m', 'fast', '-D', dataDir], { windowsHide: true });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function childExit(child: ChildProcess): Promise<Omit<PostgresExit, 'lastLines'>> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve({ code: child.exitCode, signal: child.signalCode });
  }
  return new Promise((resolve) => child.once('exit', (code, name) => resolve({ code, signal: name })));
}

/** A server that we took over is not our child: only asking again and again tells when it has gone. */
async function strangerExit(pid: number): Promise<Omit<PostgresExit, 'lastLines'>> {
  while (isPostgresAlive(pid)) await sleep(200, undefined, { ref: false });
  return { code: null, signal: null };
}

function openLog(dataDir: string): number {
  const file = `${dataDir}.log`;
  const tooLong = (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 1_000_000;
  return fs.openSync(file, tooLong ? 'w' : 'a', 0o600);
}

function readLastLines(dataDir: string): string {
  try {
    return fs.readFileSync(`${dataDir}.log`, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  } catch {
    return '';
  }
}
