import type { EngineJob, ImageEngine } from '@rendermart/engine';
import { sql } from 'kysely';
import { type Reader, continueTrace, currentTraceparent, inSpan, inSpanEach, isTracing } from '../platform/index.ts';
import type { ClaimedRow } from './tables.ts';

/** As much of an engine as drawing needs. */
export type DrawingEngine = Pick<ImageEngine, 'name' | 'generate' | 'keepsTime'>;

/** Remembers, for the worker that will draw it, which trace a wish belongs to. Does nothing while none is recorded. */
export async function rememberTrace(
  reader: Reader,
  wish: { id: string; modelId: string; settings: { count: number } },
): Promise<void> {
  if (currentTraceparent() === undefined) return;
  const attributes = {
    'rendermart.generation.id': wish.id,
    'rendermart.model.id': wish.modelId,
    'rendermart.images': wish.settings.count,
  };
  await inSpan('generation queue', attributes, async () => {
    await sql`insert into generation.traces (generation_id, traceparent) values (${wish.id}, ${currentTraceparent()})`.execute(
      reader,
    );
  });
}

/** Runs an attempt as a part of the trace that its wish belongs to, from the queue to the engine. */
export async function inTraceOf(reader: Reader, row: ClaimedRow, work: () => Promise<void>): Promise<void> {
  if (!isTracing()) return work();
  const attributes = {
    'rendermart.generation.id': row.id,
    'rendermart.attempt.id': row.attempt_id,
    'rendermart.model.id': row.model_id,
    'rendermart.engine': row.engine,
    'rendermart.images': row.count,
  };
  return continueTrace(await readTrace(reader, row.id), () => inSpan('generation run', attributes, work));
}

/** A trace that cannot be read is no reason not to draw. */
async function readTrace(reader: Reader, generationId: string): Promise<string | undefined> {
  const { rows } = await sql<{ traceparent: string }>`
    select traceparent from generation.traces where generation_id = ${generationId}`
    .execute(reader)
    .catch(() => ({ rows: [] }));
  return rows[0]?.traceparent;
}

/** The same engine, whose calls are told by their model, size and number: never by what they shall show. */
export function traced(engine: DrawingEngine): DrawingEngine {
  const generate = (job: EngineJob, signal: AbortSignal) =>
    inSpanEach(
      'engine generate',
      {
        'rendermart.engine': engine.name,
        'rendermart.engine.model': job.model.name,
        'rendermart.images': job.seeds.length,
        'rendermart.width': job.width,
        'rendermart.height': job.height,
      },
      () => engine.generate(job, signal),
    );
  return { ...engine, generate };
}

export async function forgetOldTraces(reader: Reader): Promise<void> {
  await sql`delete from generation.traces where created_at < now() - interval '2 days'`.execute(reader);
}
