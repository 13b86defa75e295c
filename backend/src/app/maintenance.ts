import { type BackupDeps, Fault, MissingTool, NoBackup, NotEmpty, makeBackup, restoreBackup, runDrill } from '../backup/index.ts';
import { ledgerSums } from '../ledger/index.ts';
import { namedFiles } from '../library/index.ts';
import { makeLog, openDatabase, systemClock, uuidV7 } from '../platform/index.ts';
import { type Config, ConfigError } from './config.ts';
import { checkDatabase, orUnreachable } from './schema-check.ts';
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

/**
 * `restore`: restores the newest backup, or the one that RESTORE_BACKUP names, into a new database beside the program's own, which
 * stays as it is. Prints one line of JSON with its name; throws when what came out is not what was saved.
 */
export async function runRestore(config: Config): Promise<void> {
  const destination = await reachStorage(backupsAt(config), 'BACKUP_TO');
  const deps = { databaseUrl: config.DATABASE_URL, destination, toolsFolder: config.PG_BIN_DIR, sumsOf: ledgerSums };
  const wanted = { backup: config.RESTORE_BACKUP, into: config.RESTORE_INTO };
  const result = await restoreBackup(deps, wanted).catch((error: unknown) => {
    throw restoreComplaint(error);
  });
  console.log(JSON.stringify({ ...result, ok: result.faults.length === 0 }));
  if (result.faults.length > 0)
    throw new FailedDrill(`The database ${result.database} is not what the backup saved: ${result.faults.join('; ')}`);
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
    throw withCure(error);
  } finally {
    await database.close();
  }
}

function restoreComplaint(error: unknown): unknown {
  if (error instanceof NotEmpty) return new ConfigError(error.message);
  if (error instanceof Fault)
    return new ConfigError(`The backup cannot be restored: ${error.message}. Mend that, or choose another one: RESTORE_BACKUP`);
  return orUnreachable(withCure(error));
}

function withCure(error: unknown): unknown {
  if (error instanceof MissingTool) return new ConfigError(`PG_BIN_DIR: ${error.message}`);
  return error instanceof NoBackup ? new ConfigError(error.message) : error;
}
