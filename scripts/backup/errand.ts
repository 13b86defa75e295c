import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { addressOfRunning, startPostgres } from '@rendermart/postgres';
import { root, runErrand } from '../program/index.ts';
import { readSettings } from '../start/settings.ts';

/** Runs an errand on this machine's own RenderMart, whether it runs at the moment or not, and answers with its exit code. */
export async function runOwnErrand(errand: 'backup' | 'restore-drill'): Promise<number> {
  const { values } = parseArgs({ options: { out: { type: 'string' } } });
  const envFile = path.join(root, '.env');
  if (fs.existsSync(envFile)) process.loadEnvFile(envFile);
  const settings = await readSettings();
  const database = await findDatabase(settings);
  try {
    const env = {
      ...settings.env,
      DATABASE_URL: database.url,
      ...(values.out === undefined ? {} : { BACKUP_TO: path.resolve(process.env['INIT_CWD'] ?? '.', values.out) }),
    };
    return (await runErrand(errand, env, (line) => console.log(line))).code ?? 1;
  } finally {
    await database.stop();
  }
}

/** The operator's own server, the embedded one of the program that runs, or the embedded one started for this. */
async function findDatabase({ databaseUrl, dataDir }: Awaited<ReturnType<typeof readSettings>>) {
  const folder = path.join(dataDir, 'postgres');
  const url = databaseUrl ?? addressOfRunning(folder);
  return url === undefined ? startPostgres({ dataDir: folder, owner: 'a backup' }) : { url, stop: async () => {} };
}
