import { sql } from 'kysely';
import { Failure, type Tx } from '../platform/index.ts';

/** Forgets what somebody asked for, who closes their account. Throws `account_busy` while something of theirs waits or runs. */
export async function closeRequests(tx: Tx, accountId: string): Promise<void> {
  // A request that is being accepted at this moment holds its lane: wait for it, and see it.
  await sql`select from generation.lanes where account_id = ${accountId} order by engine for update`.execute(tx);
  const { rows } = await sql`
    select from generation.generations where account_id = ${accountId} and state in ('queued', 'running') limit 1
  `.execute(tx);
  if (rows.length > 0) throw new Failure('account_busy');
  await sql`delete from generation.generations where account_id = ${accountId}`.execute(tx);
  await sql`delete from generation.requests where account_id = ${accountId}`.execute(tx);
  await sql`delete from generation.lanes where account_id = ${accountId}`.execute(tx);
}
