import { sql } from 'kysely';
import { type CronTask, type Database, type Log, nightlySeconds } from '../platform/index.ts';
import { type Violation, reconcile } from './reconcile.ts';
import * as store from './store.ts';

interface ReconciliationDeps {
  database: Database;
  log: Log;
}

/** Checks the laws over the whole ledger and keeps the result, for administrators and for alerts. */
export async function runReconciliation({ database, log }: ReconciliationDeps): Promise<Violation[]> {
  const violations = await database.read
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      // Reads everything that was ever written, which takes as long as it takes; no request waits for it.
      await sql`set local statement_timeout = 0`.execute(tx);
      const found = await reconcile(tx);
      await store.insertReconciliation(tx, found);
      return found;
    });
  if (violations.length > 0) log.error({ violations }, 'the ledger breaks its laws; stop selling and look at once');
  return violations;
}

export function makeCrons(deps: ReconciliationDeps): CronTask[] {
  const handle = async () => void (await runReconciliation(deps));
  return [{ name: 'ledger.reconcile', cron: '17 3 * * *', maxSeconds: nightlySeconds, handle }];
}
