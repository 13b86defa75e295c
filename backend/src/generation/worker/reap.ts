import { decideEnding } from '../ending-rules.ts';
import { settlePrice } from '../payment.ts';
import { finish, lockExpiredLease, requeue } from '../store-run.ts';
import type { RunDeps } from './run.ts';

/** Takes wishes away from workers whose leases ran out, and puts them back or ends them. Several processes may do it at once. */
export async function reapSilent(deps: Pick<RunDeps, 'database' | 'charges' | 'log' | 'figures'>): Promise<void> {
  while (await reapOne(deps));
}

function reapOne({
  database,
  charges,
  log,
  figures,
}: Pick<RunDeps, 'database' | 'charges' | 'log' | 'figures'>): Promise<boolean> {
  return database.tx(async (tx) => {
    const row = await lockExpiredLease(tx);
    if (!row) return false;
    const lease = { generationId: row.id, attemptId: row.attempt_id };
    const ending = decideEnding(
      { kind: 'lost', databaseFell: row.database_fell },
      { strikes: row.strikes, postponements: row.postponements, cancelRequested: row.cancel_requested },
    );
    log.warn({ generationId: row.id, attemptId: row.attempt_id, act: ending.act }, 'a worker fell silent');
    figures.leasesReaped.inc();
    if (ending.act === 'requeue') await requeue(tx, lease, ending);
    else if (ending.act !== 'succeed') await settlePrice(charges, tx, await finish(tx, lease, finishOf(row, ending)));
    return true;
  });
}

function finishOf(
  row: { landed: number[]; warnings: Parameters<typeof finish>[2]['warnings'] },
  ending: { act: 'cancel' } | { act: 'fail'; code: Parameters<typeof finish>[2]['failureCode']; detail: string },
) {
  const common = { landed: row.landed, warnings: row.warnings, msPerWork: null };
  if (ending.act === 'cancel') return { ...common, state: 'cancelled' as const, failureCode: null, detail: null };
  return { ...common, state: 'failed' as const, failureCode: ending.code, detail: ending.detail };
}
