import type { GenerationState, GenerationWarning } from '@rendermart/contract';
import { type RawBuilder, sql } from 'kysely';
import { Failure, type Reader, type Tx, notify, postgresCode } from '../platform/index.ts';
import { ringChanged, ringQueued } from './bells.ts';
import { channels } from './channels.ts';
import type { Settings } from './rules.ts';
import type { GenerationRow, GenerationView } from './tables.ts';

export interface NewGeneration {
  id: string;
  accountId: string;
  engine: string;
  modelId: string;
  modelName: string;
  settings: Settings;
  warnings: GenerationWarning[];
  priceCredits: bigint;
  work: number;
  patienceMs: number;
}

export interface NewRequest {
  /** A query for the `id` of who asks, locked against leaving; without a row nothing is accepted. */
  asker: RawBuilder<unknown>;
  key: string;
  bodyHash: Uint8Array;
  /** A share of the queue, and how many wishes of the owner may wait, this one included. */
  weight: number;
  maxWaiting: number;
}

export type Accepted = { outcome: 'queued'; row: GenerationView } | { outcome: 'replayed' | 'mismatch'; earlierId: string };

/**
 * Accepts a wish under its key: all of it commits, or none of it.
 * @throws Failure `queue_full`, `sign_in_required`
 */
export async function acceptRequest(reader: Reader, request: NewRequest, wish: NewGeneration): Promise<Accepted> {
  // The wish is given the id that was locked, so that it is accepted after that: people are locked before their lanes.
  const { rows } = await sql<GenerationView & { outcome: Accepted['outcome']; earlier_id: string }>`
    with asker as (${request.asker})
    select outcome, earlier_id, (wish).*, null as progress_step, null as progress_steps
    from asker, generation.accept(${request.key}, ${request.bodyHash}, ${request.weight}, ${request.maxWaiting},
      ${wish.patienceMs} * interval '1 millisecond', ${JSON.stringify(columnsOf(wish))}::jsonb || jsonb_build_object('account_id', asker.id))`
    .execute(reader)
    .catch((error: unknown) => {
      throw postgresCode(error) === queueIsFull ? new Failure('queue_full') : error;
    });
  if (!rows[0]) throw new Failure('sign_in_required');
  const { outcome, earlier_id, ...row } = rows[0];
  if (outcome === 'queued') {
    ringQueued(reader, wish.engine);
    ringChanged(reader, wish.accountId, wish.id);
  }
  return outcome === 'queued' ? { outcome, row } : { outcome, earlierId: earlier_id };
}

/** What the function `generation.accept` fails with. */
const queueIsFull = 'RM001';

function columnsOf(wish: NewGeneration): Partial<Record<keyof GenerationRow, unknown>> {
  const { settings } = wish;
  return {
    id: wish.id,
    engine: wish.engine,
    model_id: wish.modelId,
    model_name: wish.modelName,
    prompt: settings.prompt,
    negative_prompt: settings.negativePrompt,
    width: settings.width,
    height: settings.height,
    steps: settings.steps,
    guidance_scale: settings.guidanceScale,
    seed: settings.seed,
    count: settings.count,
    background: settings.background,
    source_image_id: settings.sourceImageId,
    denoising_strength: settings.denoisingStrength,
    mask_id: settings.maskId,
    scale: settings.scale,
    price_credits: String(wish.priceCredits),
    work: wish.work,
    warnings: wish.warnings,
  };
}

/** Wishes of an account that wait, in all of its lanes. */
export async function countWaiting(reader: Reader, accountId: string): Promise<number> {
  const { rows } = await sql<{ waiting: number }>`
    select coalesce(sum(waiting), 0) as waiting from generation.lanes where account_id = ${accountId}`.execute(reader);
  return rows[0]!.waiting;
}

/** What a key was used for, if it was. */
export async function findRequest(
  reader: Reader,
  accountId: string,
  key: string,
): Promise<{ bodyHash: Buffer; generationId: string } | undefined> {
  const { rows } = await sql<{ bodyHash: Buffer; generationId: string }>`
    select body_hash as "bodyHash", generation_id as "generationId" from generation.requests where account_id = ${accountId} and key = ${key}`.execute(
    reader,
  );
  return rows[0];
}

const view = sql`
  select g.*, greatest(g.sequence, p.sequence) as sequence, p.step as progress_step, p.steps as progress_steps
  from generation.generations g left join generation.progress p on p.generation_id = g.id and p.attempt_id = g.attempt_id`;

export async function readGeneration(reader: Reader, accountId: string, id: string): Promise<GenerationView | undefined> {
  const { rows } = await sql<GenerationView>`${view} where g.id = ${id} and g.account_id = ${accountId}`.execute(reader);
  return rows[0];
}

export async function readGenerations(reader: Reader, ids: readonly string[]): Promise<GenerationView[]> {
  const { rows } = await sql<GenerationView>`${view} where g.id = any(${ids}::uuid[])`.execute(reader);
  return rows;
}

const stateFilters = {
  any: sql``,
  active: sql`and g.state in ('queued', 'running')`,
  ended: sql`and g.state not in ('queued', 'running')`,
};

/** Newest first, older than `before`. */
export async function listGenerations(
  reader: Reader,
  query: { accountId: string; before: string | null; state: 'active' | 'ended' | 'any'; limit: number },
): Promise<GenerationView[]> {
  const older = query.before === null ? sql`` : sql`and g.id < ${query.before}`;
  const { rows } = await sql<GenerationView>`
    ${view} where g.account_id = ${query.accountId} ${older} ${stateFilters[query.state]} order by g.id desc limit ${query.limit}`.execute(
    reader,
  );
  return rows;
}

/** Ids of an account's generations that changed after a sequence, oldest change first. Progress is not among these changes: see `listRunning`. */
export async function listChangedSince(
  reader: Reader,
  accountId: string,
  after: number,
  limit: number,
): Promise<{ id: string; sequence: number }[]> {
  const { rows } = await sql<{ id: string; sequence: number }>`
    select id, sequence from generation.generations where account_id = ${accountId} and sequence > ${after} order by sequence limit ${limit}`.execute(
    reader,
  );
  return rows;
}

export async function listRunning(reader: Reader, accountId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from generation.generations where account_id = ${accountId} and state = 'running'`.execute(reader);
  return rows.map((row) => row.id);
}

/** The first few that wait, of each of these accounts: their place in the queue changes without a change of their row. */
export async function listFirstQueued(reader: Reader, accountIds: readonly string[], each: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select first.id from unnest(${accountIds}::uuid[]) as account (id), lateral (
      select g.id from generation.generations g where g.account_id = account.id and g.state in ('queued', 'running') order by g.id limit ${each}
    ) as first`.execute(reader);
  return rows.map((row) => row.id);
}

export async function latestSequence(reader: Reader): Promise<number> {
  const { rows } = await sql<{ last_value: number }>`select last_value from generation.changes`.execute(reader);
  return rows[0]!.last_value;
}

/** The row, locked until the transaction ends. */
export async function lockGeneration(tx: Tx, accountId: string, id: string): Promise<GenerationRow | undefined> {
  const { rows } = await sql<GenerationRow>`
    select * from generation.generations where id = ${id} and account_id = ${accountId} for update`.execute(tx);
  return rows[0];
}

/** Ends a wish that waits. The row must be locked. */
export async function cancelQueued(tx: Tx, row: GenerationRow): Promise<void> {
  const state: GenerationState = 'cancelled';
  await sql`
    update generation.generations set state = ${state}, cancel_requested = true, resume_at = null, finished_at = now(),
      sequence = nextval('generation.changes') where id = ${row.id}`.execute(tx);
  const ready = row.resume_at === null ? 1 : 0;
  await sql`select generation.leave_lane(${row.account_id}, ${row.engine}, ${ready}, ${ready * row.count}, ${ready * row.work}, 1)`.execute(
    tx,
  );
  ringChanged(tx, row.account_id, row.id);
}

/** Asks the worker of a running wish to stop. */
export async function requestCancel(tx: Tx, row: GenerationRow): Promise<void> {
  await sql`
    update generation.generations set cancel_requested = true, sequence = nextval('generation.changes') where id = ${row.id}`.execute(
    tx,
  );
  await notify(tx, channels.cancel, { attempt: row.attempt_id });
  ringChanged(tx, row.account_id, row.id);
}

/** Puts an ended wish at the end of its owner's lane again; what has landed stays. The row must be locked. */
export async function requeueEnded(tx: Tx, row: GenerationRow, how: { weight: number; patienceMs: number }): Promise<void> {
  await sql`
    update generation.generations set state = 'queued', failure_code = null, cancel_requested = false, strikes = 0, postponements = 0,
      started_at = null, finished_at = null, retried_at = now(), expires_at = now() + ${how.patienceMs} * interval '1 millisecond', sequence = nextval('generation.changes'),
      lane_mark = (generation.enter_lane(account_id, engine, ${how.weight}, count, work)).its_mark
    where id = ${row.id}`.execute(tx);
  ringQueued(tx, row.engine);
  ringChanged(tx, row.account_id, row.id);
}
