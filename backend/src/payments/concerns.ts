import type { TopUpConcern } from '@rendermart/contract';
import { type Database, type Registry, gaugeFromDatabase } from '../platform/index.ts';
import type { PaymentsDeps } from './service.ts';
import * as store from './store.ts';

const concernsMax = 100;

/** The payments that only an administrator can put right. One that was to be refunded leaves when Stripe says that all of it was. */
export async function listConcerns({
  database,
  accounts,
}: Pick<PaymentsDeps, 'database' | 'accounts'>): Promise<{ items: TopUpConcern[] }> {
  const rows = await store.listConcerns(database.read, concernsMax);
  const names = await accounts.namesOf(database.read, [...new Set(rows.map((row) => row.account_id))]);
  return {
    items: rows.map((row) => ({
      id: row.id,
      account: { id: row.account_id, name: names.get(row.account_id) ?? '?' },
      concern: row.is_refund_due ? 'refund_due' : 'credits_missing',
      paymentId: row.payment_id,
      credits: row.credits,
      missingCredits: row.missing_credits,
      amountMinor: row.amount_minor,
      currency: row.currency,
      createdAt: row.created_at.toISOString(),
    })),
  };
}

export function registerPaymentsMetrics(metrics: Registry, database: Database): void {
  const told = {
    name: 'rendermart_payments_refunds_due',
    help: 'Payments that came after their account was closed, gave no credits and were not wholly refunded yet',
  };
  gaugeFromDatabase(metrics, told, async () => [{ value: await store.countRefundsDue(database.read) }]);
}
