import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** A program that is needed is not there, or too old: the message says which and where to get it. */
export class MissingTool extends Error {
  override readonly name = 'MissingTool';
}

export type ToolName = 'pg_dump' | 'pg_restore' | 'initdb' | 'postgres';

/** PostgreSQL's own programs, all of one version. */
export interface PostgresTools {
  major: number;
  /** The path of a program. Throws MissingTool when this installation of PostgreSQL does not bring it, as a client's does not bring `postgres`. */
  pathOf(name: ToolName): string;
}

/**
 * Finds the oldest version that still reads a server of `serverMajor`: pg_dump refuses a newer server, and what a newer one
 * writes may hold words that the server does not know.
 * @param folder PG_BIN_DIR; without it the PATH and Debian's /usr/lib/postgresql are looked through
 */
export function findPostgresTools(serverMajor: number, folder?: string): PostgresTools {
  const places = folder === undefined ? [...debianFolders(), ...pathFolders()] : [folder];
  const found = places.flatMap((place) => {
    const major = majorOf(path.join(place, `pg_dump${suffix}`));
    return major === undefined ? [] : [{ place, major }];
  });
  const fitting = chooseTools(found, serverMajor);
  if (fitting === undefined) throw new MissingTool(complaint(found, serverMajor, folder));
  return { major: fitting.major, pathOf: (name) => existing(fitting.place, name) };
}

interface Found {
  place: string;
  major: number;
}

/** Pure: the oldest that is new enough; of two alike the first. */
export function chooseTools(found: readonly Found[], serverMajor: number): Found | undefined {
  return found.filter(({ major }) => major >= serverMajor).toSorted((one, other) => one.major - other.major)[0];
}

function complaint(found: readonly Found[], serverMajor: number, folder: string | undefined): string {
  const seen =
    found.length === 0
      ? `There is no pg_dump in ${folder ?? 'the PATH'}.`
      : `pg_dump is version ${Math.max(...found.map(({ major }) => major))}, and the server is PostgreSQL ${serverMajor}, which it refuses.`;
  return `${seen} Install the client programs of PostgreSQL ${serverMajor} or newer (Debian: postgresql-client-${serverMajor}, from apt.postgresql.org where Debian has an older one; macOS: brew install libpq), or set PG_BIN_DIR to the folder that has them.`;
}

const suffix = process.platform === 'win32' ? '.exe' : '';
const debianRoot = '/usr/lib/postgresql';

function debianFolders(): string[] {
  if (!fs.existsSync(debianRoot)) return [];
  return fs.readdirSync(debianRoot).map((version) => path.join(debianRoot, version, 'bin'));
}

const pathFolders = (): string[] => (process.env['PATH'] ?? '').split(path.delimiter).filter(Boolean);

function majorOf(program: string): number | undefined {
  if (!fs.existsSync(program)) return undefined;
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const major = /\(PostgreSQL\) (\d+)/.exec(stdout ?? '')?.[1];
  return major === undefined ? undefined : Number(major);
}

function existing(place: string, name: ToolName): string {
  const program = path.join(place, name + suffix);
  if (fs.existsSync(program)) return program;
  throw new MissingTool(`There is no ${name} in ${place}. Install the PostgreSQL server there, or set PG_BIN_DIR.`);
}
