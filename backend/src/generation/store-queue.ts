import type { QueueReport } from '@rendermart/contract';
import { sql } from 'kysely';
import type { Reader } from '../platform/index.ts';
import type { Lane } from './queue-rules.ts';

/** Since when a wish waits or waited: one that is tried again begins anew. */
const queuedAt = sql`coalesce(retried_at, created_at)`;

// A worker reports every two seconds; one that was silent for longer than this is not counted on.
const aliveFor = sql`interval '10 seconds'`;

/** The lanes of an engine in which somebody waits. */
export async function readLanes(reader: Reader, engine: string): Promise<Lane[]> {
  const { rows } = await sql<Lane>`
    select account_id as "accountId", weight, virtual_time as "virtualTime", ready_images as "readyImages", ready_work as "readyWork",
      claimed_mark as "claimedMark" from generation.lanes where engine = ${engine} and ready > 0`.execute(reader);
  return rows;
}

/** Recent run times of everything that an engine drew. */
export async function readRunTimes(reader: Reader, engine: string): Promise<{ modelId: string; msPerWork: number }[]> {
  const { rows } = await sql<{ modelId: string; msPerWork: number }>`
    select model_id as "modelId", ms_per_work as "msPerWork" from generation.run_times where engine = ${engine}`.execute(reader);
  return rows;
}

/** What is being drawn now, and how many can be drawn at once. */
export async function readDrawing(reader: Reader, engine: string): Promise<{ workRunning: number; slots: number }> {
  const { rows } = await sql<{ workRunning: number; slots: number }>`
    select (select coalesce(sum(work), 0) from generation.generations where state = 'running' and engine = ${engine}) as "workRunning",
      (select coalesce(sum(capacity), 0) from generation.workers where ${engine} = any(engines) and last_seen_at > now() - ${aliveFor}) as slots`.execute(
    reader,
  );
  return rows[0]!;
}

export type ModelQueue = QueueReport['models'][number];

/** What waits and runs, by model. Counts the queue from an index: for reports and metrics, never for a claim. */
export async function readModelQueues(reader: Reader): Promise<ModelQueue[]> {
  const { rows } = await sql<ModelQueue>`
    select m.id as "modelId", m.name,
      (select count(*) from generation.generations g where g.model_id = m.id and g.state = 'queued') as queued,
      (select count(*) from generation.generations g where g.model_id = m.id and g.engine = m.engine and g.state = 'running') as running,
      (select greatest(0, floor(extract(epoch from now() - ${queuedAt}) * 1000))::bigint from generation.generations
        where model_id = m.id and state = 'queued' order by ${queuedAt} limit 1) as "oldestQueuedMs"
    from generation.models m order by m.created_at, m.id`.execute(reader);
  return rows;
}

/** People who wait or whose wishes run, the longest queue first. */
export async function readQueuedPeople(
  reader: Reader,
  limit: number,
): Promise<{ id: string; weight: number; queued: number; running: number }[]> {
  const { rows } = await sql<{ id: string; weight: number; queued: number; running: number }>`
    with waiting as (select account_id, max(weight) as weight, sum(waiting)::int as queued from generation.lanes where waiting > 0 group by account_id),
      drawing as (select account_id, count(*)::int as running from generation.generations where state = 'running' group by account_id)
    select account_id as id, coalesce(waiting.weight, (select max(weight) from generation.lanes where lanes.account_id = drawing.account_id), 1) as weight,
      coalesce(queued, 0) as queued, coalesce(running, 0) as running
    from waiting full join drawing using (account_id) order by queued desc, account_id limit ${limit}`.execute(reader);
  return rows;
}

type WorkerRow = Omit<QueueReport['workers'][number], 'startedAt' | 'lastSeenAt'> & { startedAt: Date; lastSeenAt: Date };

export async function readWorkers(reader: Reader): Promise<WorkerRow[]> {
  const { rows } = await sql<WorkerRow>`
    select id, engines, running, capacity, started_at as "startedAt", last_seen_at as "lastSeenAt", loaded from generation.workers
    where last_seen_at > now() - interval '10 minutes' order by started_at`.execute(reader);
  return rows;
}

export async function readLastHour(reader: Reader): Promise<QueueReport['lastHour']> {
  const { rows } = await sql<QueueReport['lastHour']>`
    select count(*) filter (where state = 'succeeded')::int as succeeded, count(*) filter (where state = 'failed')::int as failed,
      count(*) filter (where state = 'cancelled')::int as cancelled,
      round(percentile_cont(0.5) within group (order by wait))::int as "waitP50Ms", round(percentile_cont(0.95) within group (order by wait))::int as "waitP95Ms",
      round(percentile_cont(0.5) within group (order by run) filter (where state = 'succeeded'))::int as "runP50Ms"
    from (
      select state, extract(epoch from started_at - ${queuedAt}) * 1000 as wait, extract(epoch from finished_at - started_at) * 1000 as run
      from generation.generations where finished_at > now() - interval '1 hour'
    ) as ended`.execute(reader);
  return rows[0]!;
}
