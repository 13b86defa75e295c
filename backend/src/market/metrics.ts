import { Gauge } from 'prom-client';
import { sql } from 'kysely';
import type { Database, Registry } from '../platform/index.ts';

export function registerMarketMetrics(metrics: Registry, database: Database): void {
  new Gauge({
    name: 'rendermart_market_waiting_decisions',
    help: 'Reports and payout requests that nobody has decided yet',
    labelNames: ['kind'],
    registers: [metrics],
    async collect() {
      const { rows } = await sql<{ reports: number; payouts: number }>`
        select (select count(*)::int from market.reports where state = 'open') as reports, (select count(*)::int from market.payouts where state = 'requested') as payouts
      `.execute(database.read);
      this.set({ kind: 'report' }, rows[0]!.reports);
      this.set({ kind: 'payout' }, rows[0]!.payouts);
    },
  });
}
