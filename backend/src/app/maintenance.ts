import { type BackupDeps, MissingTool, makeBackup, runDrill } from '../backup/index.ts';
import { ledgerSums } from '../ledger/index.ts';
import { namedFiles } from '../library/index.ts';
import { makeLog, openDatabase, systemClock, uuidV7 } from '../platform/index.ts';
import { type Config, ConfigError } from './config.ts';
import { checkDatabase } from './schema-check.ts';
import { backupsAt, imagesAt, reachStorage } from './storage.ts';
import { version } from './version.ts';

/** `backup`: saves the database and the list (or the bytes) of the images. Prints one line of JSON. */
export async function runBackup(config: Config): Promise<void> {
  await withDeps(config, async (deps) => {
    const { name, dump, files } = await makeBackup(deps);
    console.log(JSON.stringify({ backup: name, databaseBytes: dump.sizeBytes, files: files.count, fileBytes: files.sizeBytes }));
  });
}

/** `restore-drill`: restores the newest backup into a throw-away PostgreSQL and compares. Prints one line of JSON; throws when it found faults. */
export async function runRestoreDrill(config: Config): Promise<void> {
  await withDeps(config, async (deps) => {
    const result = await runDrill(deps, config.RESTORE_DATABASE_URL);
    console.log(JSON.stringify({ ...result, ok: result.faults.length === 0 }));
    if (result.faults.length > 0) throw new FailedDrill(`The backup ${result.name} is not good: ${result.faults.join('; ')}`);
  });
}

/** The newest backup would not bring everything back. */
export class FailedDrill extends Error {
  override readonly name = 'FailedDrill';
}

async function withDeps(config: Config, work: (deps: BackupDeps) => Promise<void>): Promise<void> {
  const [images, backups] = [imagesAt(config), backupsAt(config)];
  const database = openDatabase({ url: config.DATABASE_URL, poolSize: 2, applicationName: 'rendermart-backup' });
  try {
    await checkDatabase(database);
    await work({
      database,
      databaseUrl: config.DATABASE_URL,
      storage: await reachStorage(images, 'S3_BUCKET'),
      destination: await reachStorage(backups, 'BACKUP_TO'),
      // A bucket keeps its own versions; a folder has nothing but what is copied out of it.
      copiesFiles: config.BACKUP_COPIES_IMAGES ?? images.driver === 'filesystem',
      toolsFolder: config.PG_BIN_DIR,
      sumsOf: ledgerSums,
      namedFiles,
      program: version,
      clock: systemClock,
      ids: uuidV7,
      log: makeLog({ level: config.LOG_LEVEL, role: 'backup' }),
    });
  } catch (error) {
    if (error instanceof MissingTool) throw new ConfigError(`PG_BIN_DIR: ${error.message}`);
    throw error;
  } finally {
    await database.close();
  }
}
