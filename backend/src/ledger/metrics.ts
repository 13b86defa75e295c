import { type Database, type Registry, gaugeFromDatabase } from '../platform/index.ts';
import { lastReconciliation } from './store.ts';

export function registerLedgerMetrics(metrics: Registry, database: Database): void {
  const told = {
    name: 'rendermart_ledger_violations',
    help: 'Broken laws that the last check of the ledger found; anything but 0 is an emergency',
  };
  gaugeFromDatabase(metrics, told, async () => [{ value: (await lastReconciliation(database.read))?.violations.length ?? 0 }]);
}
