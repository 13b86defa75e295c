import { addressOfRunning, runOnce, startPostgres, withDatabase } from '@rendermart/postgres';
import { embeddedFolder, readOwnSettings, runOn } from './errand.ts';

/**
 * Restores the newest backup into a new database. On the embedded PostgreSQL the new one then takes the place of the old one, which
 * is kept under another name; on a server of the operator's own, `DATABASE_URL` decides, and only the operator changes that.
 */
export async function runOwnRestore(): Promise<number> {
  const settings = await readOwnSettings();
  if (settings.databaseUrl !== undefined) {
    const { code } = await runOn(settings.databaseUrl, 'restore', settings);
    if (code === 0) console.log('Now put the name of that database into DATABASE_URL, and start.');
    return code ?? 1;
  }
  const folder = embeddedFolder(settings);
  if (addressOfRunning(folder) !== undefined) {
    console.error(`RenderMart runs on ${settings.dataDir}. Stop it first (Ctrl-C), then run the same command again.`);
    return 1;
  }
  const server = await startPostgres({ dataDir: folder, owner: 'a restore' });
  try {
    const { code, lastLines } = await runOn(server.url, 'restore', settings);
    if (code !== 0) return code ?? 1;
    const { database } = JSON.parse(lastLines.findLast((line) => line.startsWith('{'))!) as { database: string };
    const kept = await swapDatabases(server.url, database);
    console.log(`The restored database is in its place; what was there before is kept as ${kept}. Start with: npm start`);
    return 0;
  } finally {
    await server.stop();
  }
}

/** Gives a restored database the name of the program's own, and that one another, which it answers. Nobody may be connected to either. */
export async function swapDatabases(url: string, restored: string, now = new Date()): Promise<string> {
  const own = decodeURIComponent(new URL(url).pathname.slice(1));
  const kept = `${own}_before_${now.toISOString().slice(0, 19).replaceAll(/\D/g, '')}`;
  // Both at once: after a crash between them the program would find no database, and make an empty one.
  const swap = `alter database "${own}" rename to "${kept}"; alter database "${restored}" rename to "${own}"`;
  await runOnce(withDatabase(url, 'postgres'), swap);
  return kept;
}
