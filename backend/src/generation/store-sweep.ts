import { sql } from 'kysely';
import type { Reader, Tx } from '../platform/index.ts';
import { channels } from './channels.ts';
import type { Ended } from './payment.ts';

/** Lets wishes that were put off take their place again when their time has come. Answers how many. */
export async function resumeParked(reader: Reader): Promise<number> {
  // One at a time: a statement that locks two lanes could meet another one that locks them the other way round.
  const { rows } = await sql`
    with due as (
      select id from generation.generations where resume_at <= now() order by resume_at limit 1 for update skip locked
    ), wish as (
      update generation.generations g set resume_at = null from due where g.id = due.id returning g.account_id, g.engine, g.count, g.work
    )
    select generation.reenter_lane(account_id, engine, count, work, false, true), pg_notify(${channels.queued}, to_json(engine)::text) from wish`.execute(
    reader,
  );
  return rows.length;
}

/** Ends wishes that waited too long, some hundreds of one lane at a time. Answers how many, and those that credits were set aside for. */
export async function expireOverdue(tx: Tx, limit: number): Promise<{ expired: number; held: Ended[] }> {
  const { rows } = await sql<{ expired: number; held: Ended[] }>`
    with lane as (
      select account_id, engine from generation.generations where state = 'queued' and expires_at <= now() order by expires_at limit 1
    ), overdue as (
      select g.id, g.resume_at is null as ready from generation.generations g join lane using (account_id, engine)
      where g.state = 'queued' and g.expires_at <= now() order by g.expires_at limit ${limit} for update of g skip locked
    ), wish as (
      update generation.generations g set state = 'expired', resume_at = null, finished_at = now(), sequence = nextval('generation.changes')
      from overdue where g.id = overdue.id returning g.id, g.account_id, g.engine, g.count, g.work, overdue.ready, g.hold_id, g.paid, g.price_credits, g.landed,
        pg_notify(${channels.changed}, json_build_object('account', g.account_id, 'id', g.id)::text)
    )
    select count(*) as expired, coalesce(json_agg(json_build_object('id', id, 'account_id', account_id, 'count', count, 'price_credits', price_credits,
      'paid', paid, 'hold_id', hold_id, 'delivered', cardinality(landed))) filter (where hold_id is not null), '[]') as held, generation.leave_lane(account_id, engine, (count(*) filter (where ready))::int,
      coalesce(sum(count) filter (where ready), 0), coalesce(sum(work) filter (where ready), 0), count(*)::int)
    from wish group by account_id, engine`.execute(tx);
  return rows[0] ?? { expired: 0, held: [] };
}

/** Forgets what nobody asks for any more: old idempotency keys, attempts and workers, and progress that a crash left. */
export async function forgetOld(reader: Reader): Promise<void> {
  await sql`delete from generation.requests where created_at < now() - interval '48 hours'`.execute(reader);
  await sql`delete from generation.attempts where outcome is not null and ended_at < now() - interval '30 days'`.execute(reader);
  await sql`delete from generation.workers where last_seen_at < now() - interval '1 hour'`.execute(reader);
  await sql`delete from generation.progress p where not exists (
    select from generation.generations g where g.id = p.generation_id and g.attempt_id = p.attempt_id)`.execute(reader);
}
