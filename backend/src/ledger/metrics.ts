import { Gauge } from 'prom-client';
import type { Database, Registry } from '../platform/index.ts';
import { lastReconciliation } from './store.ts';

export function registerLedgerMetrics(metrics: Registry, database: Database): void {
  new Gauge({
    name: 'rendermart_ledger_violations',
    help: 'Broken laws that the last check of the ledger found; anything but 0 is an emergency',
    registers: [metrics],
    async collect() {
      this.set((await lastReconciliation(database.read))?.violations.length ?? 0);
    },
  });
}
