import type { BackupDeps } from './context.ts';
import { type DrillResult, drillRestore } from './drill.ts';
import type { Manifest } from './manifest.ts';
import { saveBackup } from './save.ts';
import { type RunKind, insertRun } from './store.ts';

export type { BackupDeps } from './context.ts';
export type { DrillResult } from './drill.ts';
export type { Manifest } from './manifest.ts';
export { registerBackupMetrics } from './metrics.ts';
export { Fault, NoBackup } from './fetch.ts';
export { type RestoreDeps, type Restored, restoreBackup } from './restore.ts';
export { NotEmpty } from './server.ts';
export { MissingTool } from './tools.ts';

/** Makes a backup and writes down how that ended. Throws when it failed; then nothing that looks like a backup is left. */
export function makeBackup(deps: BackupDeps): Promise<Manifest> {
  return recorded(
    deps,
    'backup',
    () => saveBackup(deps),
    ({ name, dump, files }) => ({
      name,
      ok: true,
      detail: `${dump.sizeBytes} bytes of database, ${files.count} files of ${files.sizeBytes} bytes`,
    }),
  );
}

/** Tries the newest backup and writes down how that ended. Throws when it could not be tried at all. */
export function runDrill(deps: BackupDeps, serverUrl?: string): Promise<DrillResult> {
  return recorded(
    deps,
    'restore_drill',
    () => drillRestore(deps, serverUrl),
    ({ name, faults, rows, files }) => ({
      name,
      ok: faults.length === 0,
      detail: faults.length === 0 ? `${rows} rows and ${files} files are as they were saved` : faults.slice(0, 20).join('\n'),
    }),
  );
}

async function recorded<Result>(
  { database, clock, ids }: BackupDeps,
  kind: RunKind,
  work: () => Promise<Result>,
  tell: (result: Result) => { name: string; ok: boolean; detail: string },
): Promise<Result> {
  const startedAt = clock.now();
  const write = (told: { name: string | null; ok: boolean; detail: string }) =>
    insertRun(database.read, {
      id: ids.next(),
      kind,
      backupName: told.name,
      startedAt,
      finishedAt: clock.now(),
      ok: told.ok,
      detail: told.detail,
    });
  try {
    const result = await work();
    await write(tell(result));
    return result;
  } catch (error) {
    // Where the database is what failed, this fails too, and the first error says more.
    await write({ name: null, ok: false, detail: (error as Error).message }).catch(() => {});
    throw error;
  }
}
