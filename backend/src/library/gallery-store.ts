import { type RawBuilder, sql } from 'kysely';
import type { Reader } from '../platform/index.ts';
import { type ImageRow, imageColumns } from './images-store.ts';

/** A list of images that an index holds in its order. */
export interface Shelves {
  from: RawBuilder<unknown>;
  conditions: RawBuilder<unknown>[];
  /** What the list is sorted by, all falling; the last is unique. The first is a time in every list that can be searched by windows. */
  order: readonly RawBuilder<unknown>[];
  /** The owner whose images alone are asked for: a word of the search index. */
  ownerId: string | null;
  search: string | undefined;
}

export interface Asked {
  viewerId: string | null;
  after: readonly unknown[] | undefined;
  limit: number;
}

/**
 * How many rows are read along the list for their words, before the index of words is asked.
 * A word in one of 50 images fills a page within this; reading them takes 2 to 5 ms.
 */
const walkedRows = 2_000;
/** The newest part of a list in which the index of words is asked first: rarer words than those above, without fetching every old match. */
const windowRows = 32_000;

/** One page, along an index in every case. */
export async function listImages(reader: Reader, shelves: Shelves, asked: Asked): Promise<ImageRow[]> {
  return shelves.search === undefined ? listAll(reader, shelves, asked) : searchImages(reader, shelves, shelves.search, asked);
}

async function listAll(reader: Reader, shelves: Shelves, asked: Asked): Promise<ImageRow[]> {
  const { rows } = await sql<ImageRow>`
    select ${imageColumns(asked.viewerId)} ${source(shelves, asked)} ${ordered(shelves.order)} limit ${asked.limit}`.execute(
    reader,
  );
  return rows;
}

/**
 * Neither of the two obvious plans is fast for every word: along the list, a rare word means reading all of it; by the index of words,
 * a common one means fetching and sorting hundreds of thousands of rows. The planner guesses between them and is at times wrong by
 * a factor of 100 (measured on a million rows), so the steps are fixed here: a short way along the list, the words within the newest
 * part, the words everywhere. Each step costs a few milliseconds, and a page that is full ends it.
 */
async function searchImages(reader: Reader, shelves: Shelves, written: string, asked: Asked): Promise<ImageRow[]> {
  const near = await searchAlong(reader, shelves, written, asked);
  if (near.length >= asked.limit) return near;
  const matches = await chooseMatch(reader, shelves, written);
  const edge = near.length === 0 ? undefined : await edgeOfWindow(reader, shelves, asked);
  if (edge !== undefined) {
    const recent = await searchByWords(reader, shelves, [...matches, sql`${shelves.order[0]} >= ${edge}`], asked);
    if (recent.length >= asked.limit) return recent;
  }
  return searchByWords(reader, shelves, matches, asked);
}

async function searchAlong(reader: Reader, shelves: Shelves, written: string, asked: Asked): Promise<ImageRow[]> {
  const { rows } = await sql<ImageRow>`
    select ${imageColumns(asked.viewerId)} from (
      select near.id, near.place from (
        select i.id, i.search, row_number() over (${ordered(shelves.order)}) as place ${source(shelves, asked)} ${ordered(shelves.order)} limit ${walkedRows}
      ) near
      where near.search @@ library.search_query(${written}, 'all') order by near.place limit ${asked.limit}
    ) hit join library.images i on i.id = hit.id order by hit.place`.execute(reader);
  return rows;
}

async function searchByWords(
  reader: Reader,
  shelves: Shelves,
  matches: RawBuilder<unknown>[],
  asked: Asked,
): Promise<ImageRow[]> {
  // Materialized: without it the planner may walk the list again in the hope of an early match.
  const { rows } = await sql<ImageRow>`
    with matching as materialized (select i.id, ${sql.join(shelves.order.map((key, at) => sql`${key} as ${sql.raw(`key${at}`)}`))}
        ${source({ ...shelves, conditions: [...shelves.conditions, ...matches] }, asked)}),
      hit as (select id, row_number() over (${ordered(keys(shelves))}) as place from matching ${ordered(keys(shelves))} limit ${asked.limit})
    select ${imageColumns(asked.viewerId)} from hit join library.images i on i.id = hit.id order by hit.place`.execute(reader);
  return rows;
}

/**
 * The beginning of a word that half of all images have is expensive to look up in the index, and cheap to check on the few rows that the
 * whole words leave. So the rarer of the two is looked up; the planner's statistics say which it is.
 */
async function chooseMatch(reader: Reader, shelves: Shelves, written: string): Promise<RawBuilder<unknown>[]> {
  const owner = shelves.ownerId === null ? sql`` : sql` && ${`'${shelves.ownerId}'`}::tsquery`;
  const query = (part: string) => sql`(library.search_query(${written}, ${part})${owner})`;
  if (!/\S\s\S/.test(written)) return [sql`i.search @@ ${query('all')}`];
  const [whole, begun] = [await expectedRows(reader, query('whole')), await expectedRows(reader, query('begun'))];
  if (whole === 0 || begun === 0 || begun < whole) return [sql`i.search @@ ${query('all')}`];
  // A function, not the operator, is invisible to the index.
  return [sql`i.search @@ ${query('whole')}`, sql`ts_match_vq(i.search, library.search_query(${written}, 'begun'))`];
}

/** The planner's estimate; 0 when the query has no such part. */
async function expectedRows(reader: Reader, query: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: { 'Node Type': string; 'Plan Rows': number } }] }>`
    explain (format json) select from library.images i where i.search @@ ${query}`.execute(reader);
  const plan = rows[0]!['QUERY PLAN'][0].Plan;
  return plan['Node Type'] === 'Result' ? 0 : plan['Plan Rows'];
}

/** The time of the row at which the newest part of the list ends; undefined when the list is shorter, or is not sorted by time. */
async function edgeOfWindow(reader: Reader, shelves: Shelves, asked: Asked): Promise<Date | undefined> {
  const { rows } = await sql<{ edge: Date | number }>`
    select ${shelves.order[0]} as edge ${source(shelves, asked)} ${ordered(shelves.order)} offset ${windowRows} limit 1`.execute(
    reader,
  );
  const edge = rows[0]?.edge;
  return edge instanceof Date ? edge : undefined;
}

function source(shelves: Shelves, asked: Asked): RawBuilder<unknown> {
  const conditions =
    asked.after === undefined
      ? shelves.conditions
      : [...shelves.conditions, sql`(${sql.join([...shelves.order])}) < (${sql.join([...asked.after])})`];
  return sql`from ${shelves.from} where ${sql.join(conditions, sql` and `)}`;
}

function ordered(order: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return sql`order by ${sql.join(order.map((key) => sql`${key} desc`))}`;
}

function keys(shelves: Shelves): RawBuilder<unknown>[] {
  return shelves.order.map((_key, at) => sql.raw(`key${at}`));
}
