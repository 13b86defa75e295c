import { sql } from 'kysely';
import { type Database, type Registry, gaugeFromDatabase } from '../platform/index.ts';

export function registerMarketMetrics(metrics: Registry, database: Database): void {
  const told = {
    name: 'rendermart_market_waiting_decisions',
    help: 'Reports and payout requests that nobody has decided yet',
    labelNames: ['kind' as const],
  };
  gaugeFromDatabase(metrics, told, async () => {
    const { rows } = await sql<{ reports: number; payouts: number }>`
      select (select count(*)::int from market.reports where state = 'open') as reports, (select count(*)::int from market.payouts where state = 'requested') as payouts
    `.execute(database.read);
    return [
      { labels: { kind: 'report' }, value: rows[0]!.reports },
      { labels: { kind: 'payout' }, value: rows[0]!.payouts },
    ];
  });
}
