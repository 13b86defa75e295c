import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { addressOfRunning, startPostgres } from '@rendermart/postgres';
import { type Errand, type PartExit, root, runErrand } from '../program/index.ts';
import { type Settings, readSettings } from '../start/settings.ts';

/** Runs an errand on this machine's own RenderMart, whether it runs at the moment or not, and answers with its exit code. */
export async function runOwnErrand(errand: 'backup' | 'restore-drill'): Promise<number> {
  const settings = await readOwnSettings();
  const database = await findDatabase(settings);
  try {
    return (await runOn(database.url, errand, settings)).code ?? 1;
  } finally {
    await database.stop();
  }
}

/** What `.env` and the environment say. */
export function readOwnSettings(): ReturnType<typeof readSettings> {
  const envFile = path.join(root, '.env');
  if (fs.existsSync(envFile)) process.loadEnvFile(envFile);
  return readSettings();
}

/** Runs an errand on a database, with the backups of `--out DIR`, and shows what it says. */
export function runOn(databaseUrl: string, errand: Errand, { env }: Settings): Promise<PartExit> {
  const { values } = parseArgs({ options: { out: { type: 'string' } } });
  const backups = values.out === undefined ? {} : { BACKUP_TO: path.resolve(process.env['INIT_CWD'] ?? '.', values.out) };
  return runErrand(errand, { ...env, DATABASE_URL: databaseUrl, ...backups }, (line) => console.log(line));
}

/** The folder of the embedded PostgreSQL. */
export const embeddedFolder = ({ dataDir }: Settings): string => path.join(dataDir, 'postgres');

/** The operator's own server, the embedded one of the program that runs, or the embedded one started for this. */
async function findDatabase(settings: Settings) {
  const folder = embeddedFolder(settings);
  const url = settings.databaseUrl ?? addressOfRunning(folder);
  return url === undefined ? startPostgres({ dataDir: folder, owner: 'a backup' }) : { url, stop: async () => {} };
}
