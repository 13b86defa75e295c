import { type Database, type Registry, gaugeFromDatabase, shared } from '../platform/index.ts';
import { type Latest, type RunKind, readLatest } from './store.ts';

/** When backups and drills last went well, for an alert on their age. Read from the database: every process tells the same. */
export function registerBackupMetrics(registry: Registry, database: Database): void {
  const read = shared(() => readLatest(database.read));
  registerKind(registry, read, { kind: 'backup', name: 'rendermart_backup', what: 'backup' });
  registerKind(registry, read, { kind: 'restore_drill', name: 'rendermart_restore_drill', what: 'restore drill' });
}

function registerKind(
  registry: Registry,
  read: () => Promise<Latest[]>,
  told: { kind: RunKind; name: string; what: string },
): void {
  const find = async () => (await read()).find((one) => one.kind === told.kind) as Latest;
  const success = {
    name: `${told.name}_last_success_timestamp_seconds`,
    help: `When the last good ${told.what} ended, in seconds since 1970; 0 when there was none yet`,
  };
  gaugeFromDatabase(registry, success, async () => [{ value: ((await find()).lastSuccessAt?.getTime() ?? 0) / 1000 }]);
  const ok = {
    name: `${told.name}_last_ok`,
    help: `1 when the last ${told.what} went well, 0 when it failed or there was none yet`,
  };
  gaugeFromDatabase(registry, ok, async () => [{ value: (await find()).lastOk ? 1 : 0 }]);
}
