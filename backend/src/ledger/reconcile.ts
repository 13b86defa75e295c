import { sql } from 'kysely';
import type { Reader } from '../platform/index.ts';

/** One broken law: which, and where. An empty list is a sound ledger. */
export interface Violation {
  law:
    | 'transfers_sum_to_zero'
    | 'balances_equal_entries'
    | 'holds_are_covered'
    | 'nobody_owes'
    | 'running_balances_fit'
    | 'credits_are_conserved';
  subject: string;
  detail: string;
}

/** Checks the laws over everything that was ever written. Reads one consistent snapshot when called in a repeatable-read transaction. */
export async function reconcile(reader: Reader): Promise<Violation[]> {
  const { rows } = await sql<Violation>`
    select 'transfers_sum_to_zero' as law, transfer.id::text as subject, coalesce(sum(entry.amount), 0)::text as detail
      from ledger.transfers as transfer left join ledger.entries as entry on entry.transfer_id = transfer.id
      group by transfer.id having coalesce(sum(entry.amount), 0) <> 0 or count(entry.id) < 2
    union all
    select 'balances_equal_entries', wallet.id::text, wallet.posted || ' but entries sum to ' || coalesce(sum(entry.amount), 0)
      from ledger.wallets as wallet left join ledger.entries as entry on entry.wallet_id = wallet.id
      group by wallet.id having wallet.posted <> coalesce(sum(entry.amount), 0)
    union all
    select 'running_balances_fit', id::text, balance || ' but should be ' || running
      from (select id, balance, sum(amount) over (partition by wallet_id order by id) as running from ledger.entries) as entry
      where balance <> running
    union all
    select 'holds_are_covered', wallet.id::text, wallet.held || ' but open holds sum to ' || coalesce(sum(hold.amount), 0)
      from ledger.wallets as wallet left join ledger.holds as hold on hold.from_id = wallet.id and hold.state = 'held'
      group by wallet.id having wallet.held <> coalesce(sum(hold.amount), 0)
    union all
    select 'nobody_owes', id::text, posted || ' with ' || held || ' held' from ledger.wallets where kind <> 'issuance' and posted < held
    union all
    select 'credits_are_conserved', 'all wallets', sum(posted)::text from ledger.wallets having sum(posted) <> 0
  `.execute(reader);
  return rows;
}
