import { sql } from 'kysely';
import type { Reader } from '../platform/index.ts';

/** What the whole ledger sums to, as text: two ledgers that agree in these have lost and gained no credit. */
export async function ledgerSums(reader: Reader): Promise<Record<string, string>> {
  const { rows } = await sql<{ name: string; value: string }>`
    select 'posted of ' || kind as name, sum(posted)::text as value from ledger.wallets group by kind
    union all select 'held of ' || kind, sum(held)::text from ledger.wallets group by kind
    union all select 'credits moved', coalesce(sum(amount) filter (where amount > 0), 0)::text from ledger.entries
    union all select 'entries sum', coalesce(sum(amount), 0)::text from ledger.entries
    union all select 'open holds', coalesce(sum(amount) filter (where state = 'held'), 0)::text from ledger.holds
  `.execute(reader);
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}
