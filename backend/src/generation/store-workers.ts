import type { QueueReport } from '@rendermart/contract';
import { sql } from 'kysely';
import type { Reader } from '../platform/index.ts';

type LoadedModel = QueueReport['workers'][number]['loaded'][number];

export interface WorkerReport {
  id: string;
  engines: readonly string[];
  capacity: number;
  running: number;
  loaded: readonly LoadedModel[];
}

/** Says that a worker lives. Estimates and administrators read it; leases do not depend on it. */
export async function reportWorker(reader: Reader, worker: WorkerReport): Promise<void> {
  await sql`
    insert into generation.workers (id, engines, capacity, running, loaded)
    values (${worker.id}, ${worker.engines}, ${worker.capacity}, ${worker.running}, ${JSON.stringify(worker.loaded)}::jsonb)
    on conflict (id) do update set running = excluded.running, loaded = excluded.loaded, last_seen_at = now()`.execute(reader);
}

export async function removeWorker(reader: Reader, id: string): Promise<void> {
  await sql`delete from generation.workers where id = ${id}`.execute(reader);
}

/** Every engine that is worked on has a clock. */
export async function ensureClocks(reader: Reader, engines: readonly string[]): Promise<void> {
  await sql`insert into generation.clocks (engine) select unnest(${engines}::text[]) on conflict do nothing`.execute(reader);
}

/** Gives all lanes of an account another share of the queue. */
export async function setWeight(reader: Reader, accountId: string, weight: number): Promise<void> {
  await sql`update generation.lanes set weight = ${weight} where account_id = ${accountId} and weight <> ${weight}`.execute(
    reader,
  );
}
