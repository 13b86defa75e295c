import type { Payout } from '@rendermart/contract';
import { type RawBuilder, sql } from 'kysely';
import { Failure, type Reader, invariant, violatedConstraint, writeAudit } from '../platform/index.ts';
import type { MarketDeps } from './deps.ts';
import { payoutNotice } from './notices.ts';
import { openFirst, writeOpenFirst } from './open-first.ts';

interface PayoutRow {
  id: string;
  account_id: string;
  amount_credits: string;
  note: string;
  hold_id: string;
  state: Payout['state'];
  decision: string | null;
  created_at: Date;
  decided_at: Date | null;
}

async function selectPayouts(reader: Reader, condition: RawBuilder<unknown>, limit: number): Promise<PayoutRow[]> {
  const { rows } = await sql<PayoutRow>`
    select id, account_id, amount_credits::text, note, hold_id, state, decision, created_at, decided_at
    from market.payouts where ${condition} order by (state <> 'requested'), id desc limit ${limit}
  `.execute(reader);
  return rows;
}

async function presentPayouts(deps: MarketDeps, rows: readonly PayoutRow[]): Promise<Payout[]> {
  const names = await deps.accounts.namesOf(deps.database.read, [...new Set(rows.map((row) => row.account_id))]);
  return rows.map((row) => ({
    id: row.id,
    account: { id: row.account_id, name: names.get(row.account_id) ?? '?' },
    amountCredits: row.amount_credits,
    note: row.note,
    state: row.state,
    decision: row.decision,
    createdAt: row.created_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
  }));
}

/** Asks for a payout. The credits are held until an administrator has decided. */
export async function requestPayout(
  deps: MarketDeps,
  accountId: string,
  wish: { amountCredits: string; note: string; key: string },
): Promise<Payout> {
  const id = deps.ids.next();
  const mine = sql`account_id = ${accountId} and idempotency_key = ${wish.key}`;
  await deps.database
    .tx(async (tx) => {
      if ((await selectPayouts(tx, mine, 1)).length > 0) return;
      const holdId = await deps.charges.hold(tx, {
        owner: accountId,
        amount: BigInt(wish.amountCredits),
        reference: `payout:${id}`,
        to: 'payouts',
      });
      await sql`
      insert into market.payouts (id, account_id, amount_credits, note, hold_id, idempotency_key, created_at)
      values (${id}, ${accountId}, ${wish.amountCredits}::bigint, ${wish.note}, ${holdId}, ${wish.key}, ${deps.clock.now()})
    `.execute(tx);
    })
    .catch((error: unknown) => {
      // The same key twice at the same moment: the other one was first, and this one held nothing.
      if (violatedConstraint(error) !== 'payouts_account_id_idempotency_key_key') throw error;
    });
  const [row] = await selectPayouts(deps.database.read, mine, 1);
  invariant(row, 'a payout that was requested is there');
  if (row.amount_credits !== wish.amountCredits) throw new Failure('idempotency_mismatch');
  return (await presentPayouts(deps, [row]))[0]!;
}

export async function listOwnPayouts(deps: MarketDeps, accountId: string): Promise<{ items: Payout[] }> {
  return { items: await presentPayouts(deps, await selectPayouts(deps.database.read, sql`account_id = ${accountId}`, 100)) };
}

export async function listPayouts(
  deps: MarketDeps,
  cursor: string | undefined,
  limit: number,
): Promise<{ items: Payout[]; nextCursor: string | null }> {
  const rows = await selectPayouts(deps.database.read, openFirst(sql`state <> 'requested'`, sql`id`, cursor), limit + 1);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: await presentPayouts(deps, shown),
    nextCursor: rows.length > limit && last ? writeOpenFirst(last.state !== 'requested', last.id) : null,
  };
}

/** Takes the held credits (the money was sent outside) or frees them; the person is told, and it is written down who decided and why. */
export async function decidePayout(
  deps: MarketDeps,
  administratorId: string,
  id: string,
  decision: { decision: 'paid' | 'refused'; reason: string },
): Promise<Payout> {
  await deps.database.tx(async (tx) => {
    const { rows } = await sql<PayoutRow>`
      update market.payouts set state = ${decision.decision}, decision = ${decision.reason}, decided_by = ${administratorId}, decided_at = ${deps.clock.now()}
      where id = ${id} and state = 'requested' returning id, account_id, amount_credits::text, hold_id
    `.execute(tx);
    const [row] = rows;
    if (!row) throw new Failure((await selectPayouts(tx, sql`id = ${id}`, 1)).length > 0 ? 'already_decided' : 'not_found');
    const paid = decision.decision === 'paid';
    await deps.charges.settle(tx, row.hold_id, paid ? BigInt(row.amount_credits) : 0n, 'payout');
    await deps.accounts.tell(tx, row.account_id, payoutNotice(row.amount_credits, paid, decision.reason));
    const names = await deps.accounts.namesOf(tx, [row.account_id]);
    await writeAudit(tx, {
      actorId: administratorId,
      act: `payout.${decision.decision}`,
      subject: `account:${row.account_id}`,
      name: names.get(row.account_id) ?? '',
      reason: decision.reason,
      changes: [{ field: 'credits', from: null, to: row.amount_credits }],
    });
  });
  return (await presentPayouts(deps, await selectPayouts(deps.database.read, sql`id = ${id}`, 1)))[0]!;
}
