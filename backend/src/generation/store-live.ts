import type { EngineJob, Picture } from '@rendermart/engine';
import { sql } from 'kysely';
import type { Reader } from '../platform/index.ts';
import { channels } from './channels.ts';
import type { SourceWish } from './sources.ts';

/** What to draw. Its source image is named, not shown: the worker opens it. */
export type LiveJob = Omit<EngineJob, 'source'> & { source: SourceWish | null };

/** A drawing that somebody waits for while typing. */
export interface LiveWish {
  id: string;
  engine: string;
  job: LiveJob;
}

/** How it ended: with a picture, or because it gave way to a generation, or because the engine failed. */
export type LiveEnd = { outcome: 'drawn'; picture: Picture } | { outcome: 'busy' } | { outcome: 'failed' };

export interface LiveAnswer {
  /** Null while it is being drawn. */
  outcome: LiveEnd['outcome'] | null;
  picture: Buffer | null;
  media_type: string | null;
}

/** Asks the workers of an engine for a drawing, in the place of an older one of the same person, whose asker is told. */
export async function askLive(reader: Reader, accountId: string, { id, engine, job }: LiveWish): Promise<void> {
  await sql`
    with older as (select id from generation.live_drawings where account_id = ${accountId}), asked as (
      insert into generation.live_drawings (account_id, id, engine, job) values (${accountId}, ${id}, ${engine}, ${JSON.stringify(job)}::jsonb)
      on conflict (account_id) do update set id = excluded.id, engine = excluded.engine, job = excluded.job, asked_at = excluded.asked_at,
        claimed = false, outcome = null, picture = null, media_type = null
      returning engine
    )
    select pg_notify(${channels.live}, to_json(engine)::text), (select pg_notify(${channels.liveEnded}, to_json(id)::text) from older)
    from asked`.execute(reader);
}

/** Takes the one that was asked for first, if it is fresh and no generation waits for these engines: those always come first. */
export async function claimLive(
  reader: Reader,
  { engines, freshMs }: { engines: readonly string[]; freshMs: number },
): Promise<LiveWish | undefined> {
  const { rows } = await sql<LiveWish>`
    with next as (
      select id from generation.live_drawings
      where not claimed and engine = any(${[...engines]}) and asked_at > clock_timestamp() - ${freshMs} * interval '1 millisecond'
        and not exists (select from generation.lanes where engine = any(${[...engines]}) and ready > 0)
      order by asked_at limit 1 for update skip locked
    )
    update generation.live_drawings d set claimed = true from next where d.id = next.id returning d.id, d.engine, d.job`.execute(
    reader,
  );
  return rows[0];
}

/** Writes down how a drawing ended and rings for its asker. One that was replaced meanwhile is nobody's any more. */
export async function endLive(reader: Reader, id: string, end: LiveEnd): Promise<void> {
  const [bytes, mediaType] = end.outcome === 'drawn' ? [Buffer.from(end.picture.bytes), end.picture.mediaType] : [null, null];
  await sql`
    with ended as (
      update generation.live_drawings set outcome = ${end.outcome}, picture = ${bytes}, media_type = ${mediaType} where id = ${id} returning id
    )
    select pg_notify(${channels.liveEnded}, to_json(id)::text) from ended`.execute(reader);
}

/** Takes a drawing back that no worker has begun. Answers false when one has, or when it was replaced. */
export async function withdrawLive(reader: Reader, id: string): Promise<boolean> {
  const { rows } = await sql`delete from generation.live_drawings where id = ${id} and not claimed returning id`.execute(reader);
  return rows.length > 0;
}

/** Takes the answer away, which leaves nothing behind; undefined when the drawing was replaced. */
export async function takeLive(reader: Reader, id: string): Promise<LiveAnswer | undefined> {
  const { rows } = await sql<LiveAnswer>`
    delete from generation.live_drawings where id = ${id} returning outcome, picture, media_type`.execute(reader);
  return rows[0];
}

/** Removes what an asker that crashed left behind. */
export async function forgetLive(reader: Reader): Promise<void> {
  await sql`delete from generation.live_drawings where asked_at < now() - interval '1 minute'`.execute(reader);
}
