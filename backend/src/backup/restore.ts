import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openDatabase } from '../platform/index.ts';
import type { BackupDeps } from './context.ts';
import { countAll } from './counts.ts';
import { restoreDump } from './dump.ts';
import { Fault, fetchChecked, findBackup, readManifest } from './fetch.ts';
import type { Manifest } from './manifest.ts';
import { compareCounts, databaseNameOf, keysOf } from './rules.ts';
import { makeEmptyDatabase } from './server.ts';
import { findPostgresTools } from './tools.ts';

/** What was brought back. `faults` is empty when it is what was saved. */
export interface Restored {
  backup: string;
  madeAt: string;
  /** The database that holds it now; the one that the program uses is as it was. */
  database: string;
  rows: number;
  faults: string[];
}

export type RestoreDeps = Pick<BackupDeps, 'databaseUrl' | 'destination' | 'toolsFolder' | 'sumsOf'>;

/**
 * Restores a backup into a database of its own on the program's server, and compares it with what was saved. The database
 * of DATABASE_URL is not touched: over an existing one, what a newer version added would stay beside what the backup holds.
 * @param wanted its name and that of the new database; absent: the newest, and one made of its name
 */
export async function restoreBackup(
  deps: RestoreDeps,
  wanted: { backup?: string | undefined; into?: string | undefined } = {},
): Promise<Restored> {
  const backup = await findBackup(deps.destination, wanted.backup);
  const manifest = await readManifest(deps.destination, backup);
  const tools = findPostgresTools(manifest.serverVersion, deps.toolsFolder);
  const database = wanted.into ?? databaseNameOf(backup);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-restore-'));
  try {
    const dump = path.join(folder, 'database.dump');
    await fetchChecked(deps.destination, keysOf(backup).dump, dump, manifest.dump);
    const url = await makeEmptyDatabase(deps.databaseUrl, database);
    await restoreDump(tools, dump, url).catch((error: Error) => {
      throw new Fault(`${database} stays empty: ${error.message}`);
    });
    return { backup, madeAt: manifest.madeAt, database, ...(await compare(deps, manifest, url)) };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function compare({ sumsOf }: RestoreDeps, manifest: Manifest, url: string): Promise<Pick<Restored, 'rows' | 'faults'>> {
  const restored = openDatabase({ url, poolSize: 2, applicationName: 'rendermart-restore' });
  try {
    const counted = await countAll(restored, sumsOf);
    const rows = Object.values(counted.tables).reduce((sum, count) => sum + count, 0);
    return { rows, faults: compareCounts(manifest, counted) };
  } finally {
    await restored.close();
  }
}
