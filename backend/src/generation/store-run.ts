import type { GenerationFailureCode, GenerationWarning } from '@rendermart/contract';
import { sql } from 'kysely';
import { type Reader, type Tx, ring } from '../platform/index.ts';
import { ringChanged, ringQueued } from './bells.ts';
import { channels } from './channels.ts';
import type { Ended } from './payment.ts';
import type { ClaimedRow, GenerationRow } from './tables.ts';

/** The right to change one running wish. It is lost when another process closed the attempt. */
export interface Lease {
  generationId: string;
  attemptId: string;
}

/** Thrown inside a transaction, so that nothing of it stays: this worker no longer holds the lease. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

interface Owned {
  account_id: string;
}

// Only the attempt that the row names may change it; any other finds zero rows.
const fenced = (lease: Lease) => sql`id = ${lease.generationId} and attempt_id = ${lease.attemptId} and state = 'running'`;

/** Takes up to `count` wishes of an engine, in fair order. One claims at a time, which takes about a millisecond. */
export async function claim(
  reader: Reader,
  how: { engine: string; workerId: string; count: number; leaseMs: number },
): Promise<ClaimedRow[]> {
  const { rows } = await sql<ClaimedRow>`
    select claimed.*, m.engine_model, m.options, m.capabilities
    from generation.claim(${how.engine}, ${how.workerId}, ${how.count}::int, ${how.leaseMs} * interval '1 millisecond') as claimed
    join generation.models m on m.id = claimed.model_id`.execute(reader);
  return rows;
}

/** Prolongs the leases of these attempts. Answers those that are still held, and whether somebody wants them to stop. */
export async function renewLeases(
  reader: Reader,
  attemptIds: readonly string[],
  leaseMs: number,
): Promise<{ attemptId: string; cancelRequested: boolean }[]> {
  const { rows } = await sql<{ id: string; cancel_requested: boolean }>`
    with held as (
      update generation.attempts set lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
      where id = any(${attemptIds}::uuid[]) and outcome is null returning id, generation_id
    )
    select held.id, g.cancel_requested from held join generation.generations g on g.id = held.generation_id and g.attempt_id = held.id`.execute(
    reader,
  );
  return rows.map((row) => ({ attemptId: row.id, cancelRequested: row.cancel_requested }));
}

/** Writes down which images are in the library. Called in the transaction that adds one of them. */
export async function recordLanded(
  tx: Tx,
  lease: Lease,
  landed: readonly number[],
  warnings: readonly GenerationWarning[],
): Promise<void> {
  const { rows } = await sql<Owned>`
    update generation.generations set landed = ${landed}, warnings = ${JSON.stringify(warnings)}::jsonb, sequence = nextval('generation.changes')
    where ${fenced(lease)} returning account_id`.execute(tx);
  if (!rows[0]) throw new LeaseLost();
  ringChanged(tx, rows[0].account_id, lease.generationId);
}

export interface Finish {
  state: 'succeeded' | 'failed' | 'cancelled';
  failureCode: GenerationFailureCode | null;
  detail: string | null;
  landed: readonly number[];
  warnings: readonly GenerationWarning[];
  /** Of a whole, undisturbed run: feeds the estimates. */
  msPerWork: number | null;
}

/** Ends a wish for good, by the attempt that holds the lease. Answers what its payment looks at. */
export async function finish(tx: Tx, lease: Lease, end: Finish): Promise<Ended> {
  const { rows } = await sql<Ended>`
    with wish as (
      update generation.generations set state = ${end.state}, failure_code = ${end.failureCode}, attempt_id = null, finished_at = clock_timestamp(),
        landed = ${end.landed}, warnings = ${JSON.stringify(end.warnings)}::jsonb, sequence = nextval('generation.changes')
      where ${fenced(lease)} returning id, account_id, model_id, engine, count, price_credits, paid, hold_id, cardinality(landed) as delivered
    ), attempt as (${closeAttempt(lease, end.state, end.detail)}), progress as (${dropProgress(lease)}), pace as (
      insert into generation.run_times (model_id, slot, engine, ms_per_work)
      select model_id, nextval('generation.run_time_slots'), engine, ${end.msPerWork}::double precision from wish
      where ${end.msPerWork}::double precision is not null
      on conflict (model_id, slot) do update set ms_per_work = excluded.ms_per_work
    )
    select id, account_id, count, price_credits, paid, hold_id, delivered from wish`.execute(tx);
  if (!rows[0]) throw new LeaseLost();
  ringChanged(tx, rows[0].account_id, lease.generationId);
  return rows[0];
}

export interface Requeue {
  outcome: 'postponed' | 'released' | 'lost';
  detail: string;
  /** 0 is at once. */
  delayMs: number;
  strike: boolean;
  postpone: boolean;
  refund: boolean;
}

/** Puts a running wish back, at its old place in its lane; what has landed stays. */
export async function requeue(tx: Tx, lease: Lease, how: Requeue): Promise<void> {
  const parked = how.delayMs > 0;
  const { rows } = await sql<Owned & { engine: string }>`
    with wish as (
      update generation.generations set state = 'queued', attempt_id = null, started_at = null, sequence = nextval('generation.changes'),
        resume_at = ${parked ? sql`now() + ${how.delayMs} * interval '1 millisecond'` : sql`null`},
        strikes = strikes + ${how.strike ? 1 : 0}, postponements = postponements + ${how.postpone ? 1 : 0}
      where ${fenced(lease)} returning id, account_id, engine, count, work
    ), attempt as (${closeAttempt(lease, how.outcome, how.detail)}), progress as (${dropProgress(lease)})
    select account_id, engine,
      ${parked ? sql`generation.leave_lane(account_id, engine, 0, 0, 0, -1)` : sql`generation.reenter_lane(account_id, engine, count, work, ${how.refund}, false)`}
    from wish`.execute(tx);
  if (!rows[0]) throw new LeaseLost();
  ringQueued(tx, rows[0].engine);
  ringChanged(tx, rows[0].account_id, lease.generationId);
}

function closeAttempt(lease: Lease, outcome: string, detail: string | null) {
  return sql`update generation.attempts set outcome = ${outcome}, detail = ${detail}, ended_at = clock_timestamp() where id = ${lease.attemptId} and outcome is null`;
}

function dropProgress(lease: Lease) {
  return sql`delete from generation.progress where generation_id = ${lease.generationId}`;
}

/** Adds what the engine says of the wish, for all to see at once. */
export async function recordWarnings(reader: Reader, lease: Lease, warnings: readonly GenerationWarning[]): Promise<void> {
  const { rows } = await sql<Owned>`
    update generation.generations set warnings = ${JSON.stringify(warnings)}::jsonb, sequence = nextval('generation.changes')
    where ${fenced(lease)} returning account_id`.execute(reader);
  if (rows[0]) ringChanged(reader, rows[0].account_id, lease.generationId);
}

export interface ProgressReport {
  step: number;
  steps: number;
  preview: { index: number; dataUrl: string } | null;
}

/** How far a run is. Not logged by PostgreSQL, hence no wait for the disk. Without the lease it writes nothing. */
export async function recordProgress(reader: Reader, lease: Lease, report: ProgressReport): Promise<void> {
  const { step, steps, preview } = report;
  const { rows } = await sql<Owned>`
    with wish as (select id, account_id from generation.generations where ${fenced(lease)}), written as (
      insert into generation.progress as old (generation_id, attempt_id, sequence, step, steps, preview_index, preview_step, preview)
      select id, ${lease.attemptId}, nextval('generation.changes'), ${step}, ${steps}, ${preview?.index ?? null}::int, ${preview ? step : null}::int,
        ${preview?.dataUrl ?? null}::text from wish
      on conflict (generation_id) do update set attempt_id = excluded.attempt_id, sequence = excluded.sequence, step = excluded.step,
        steps = excluded.steps, preview_index = coalesce(excluded.preview_index, old.preview_index),
        preview_step = coalesce(excluded.preview_step, old.preview_step), preview = coalesce(excluded.preview, old.preview)
    )
    select account_id from wish`.execute(reader);
  if (!rows[0]) return;
  const bell = { account: rows[0].account_id, id: lease.generationId };
  ring(reader, channels.changed, bell);
  if (preview) ring(reader, channels.previewed, bell);
}

export interface Preview {
  generationId: string;
  index: number;
  step: number;
  dataUrl: string;
}

export async function readPreviews(reader: Reader, ids: readonly string[]): Promise<Preview[]> {
  const { rows } = await sql<{ generation_id: string; preview_index: number; preview_step: number; preview: string }>`
    select generation_id, preview_index, preview_step, preview from generation.progress
    where generation_id = any(${ids}::uuid[]) and preview is not null`.execute(reader);
  return rows.map((row) => ({
    generationId: row.generation_id,
    index: row.preview_index,
    step: row.preview_step,
    dataUrl: row.preview,
  }));
}

interface ExpiredLease extends GenerationRow {
  attempt_id: string;
  /** PostgreSQL was started after the attempt: whatever happened to its worker, the wish is not to blame. */
  database_fell: boolean;
}

/** One wish whose lease ran out, locked; another process that looks at the same moment gets the next one. */
export async function lockExpiredLease(tx: Tx): Promise<ExpiredLease | undefined> {
  const { rows } = await sql<ExpiredLease>`
    select g.*, a.started_at < pg_postmaster_start_time() as database_fell from generation.attempts a join generation.generations g on g.id = a.generation_id and g.attempt_id = a.id
    where a.outcome is null and a.lease_until < clock_timestamp() limit 1 for update skip locked`.execute(tx);
  return rows[0];
}
