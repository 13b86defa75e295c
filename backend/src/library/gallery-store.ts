import { type RawBuilder, sql } from 'kysely';
import { type Reader, planEachTime } from '../platform/index.ts';
import { type ImageRow, imageColumns } from './images-store.ts';

/** A list of images that an index holds in its order. */
export interface Shelves {
  from: RawBuilder<unknown>;
  conditions: RawBuilder<unknown>[];
  /** What the list is sorted by, all falling; the last is unique. */
  order: readonly RawBuilder<unknown>[];
  search: string | undefined;
}

export interface Asked {
  viewerId: string | null;
  after: readonly unknown[] | undefined;
  limit: number;
}

/** Rows read along the list for their words before anything else is tried: 2 ms, and a page of words that 1 image in 50 has. */
const nearRows = 2_000;
/** Rows read along the list when the near ones promise that this fills the page: at most 10 ms, and words that 1 image in 250 has. */
const farRows = 12_000;
/** That many matches among the near rows promise a page among the far ones. */
const promisingMatches = 8;

/** One page, along an index in every case. */
export async function listImages(reader: Reader, shelves: Shelves, asked: Asked): Promise<ImageRow[]> {
  return shelves.search === undefined ? listAll(reader, shelves, asked) : searchImages(reader, shelves, shelves.search, asked);
}

async function listAll(reader: Reader, shelves: Shelves, asked: Asked): Promise<ImageRow[]> {
  const { rows } = await sql<ImageRow>`
    select ${imageColumns(asked.viewerId)} ${source(shelves, asked)} ${ordered(shelves.order)} limit ${asked.limit} ${planEachTime}`.execute(
    reader,
  );
  return rows;
}

/**
 * Neither of the two obvious plans is fast for every word: along the list, a rare word means reading all of it; by the index of words,
 * a common one means fetching and sorting hundreds of thousands of rows (3 s of a million). The planner guesses between them, and was
 * seen to be wrong by a factor of 100. So the steps are fixed here: some rows along the list; as many more when those had several
 * matches; else the index, which then has few rows to fetch, about 2 ms for each 1,000.
 */
async function searchImages(reader: Reader, shelves: Shelves, written: string, asked: Asked): Promise<ImageRow[]> {
  const near = await searchAlong(reader, shelves, written, asked, nearRows);
  if (near.length >= asked.limit) return near;
  if (near.length >= promisingMatches) {
    const far = await searchAlong(reader, shelves, written, asked, farRows);
    if (far.length >= asked.limit) return far;
  }
  return searchByWords(reader, shelves, await chooseMatch(reader, written), asked);
}

// Sorted by its own keys and not by a number of the row, the walk ends with the last match that is needed, and counts nothing.
async function searchAlong(
  reader: Reader,
  shelves: Shelves,
  written: string,
  asked: Asked,
  walkedRows: number,
): Promise<ImageRow[]> {
  const { rows } = await sql<ImageRow>`
    select ${imageColumns(asked.viewerId)} from (
      select * from (
        select i.id, i.search, ${named(shelves)} ${source(shelves, asked)} ${ordered(shelves.order)} limit ${walkedRows}
      ) near
      where near.search @@ library.search_query(${written}, 'all') ${ordered(keys(shelves))} limit ${asked.limit}
    ) hit join library.images i on i.id = hit.id ${ordered(keys(shelves))} ${planEachTime}`.execute(reader);
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
    with matching as materialized (select i.id, ${named(shelves)}
        ${source({ ...shelves, conditions: [...shelves.conditions, ...matches] }, asked)}),
      hit as (select id, row_number() over (${ordered(keys(shelves))}) as place from matching ${ordered(keys(shelves))} limit ${asked.limit})
    select ${imageColumns(asked.viewerId)} from hit join library.images i on i.id = hit.id order by hit.place ${planEachTime}`.execute(
    reader,
  );
  return rows;
}

/**
 * The beginning of a word that half of all images have is expensive to look up in the index, and cheap to check on the few rows that the
 * whole words leave. So the rarer of the two is looked up; the planner's statistics say which it is.
 */
async function chooseMatch(reader: Reader, written: string): Promise<RawBuilder<unknown>[]> {
  const query = (part: string) => sql`library.search_query(${written}, ${part})`;
  if (!/\S\s\S/.test(written)) return [sql`i.search @@ ${query('all')}`];
  const [whole, begun] = [await expectedRows(reader, query('whole')), await expectedRows(reader, query('begun'))];
  if (whole === 0 || begun === 0 || begun < whole) return [sql`i.search @@ ${query('all')}`];
  // A function, not the operator, is invisible to the index.
  return [sql`i.search @@ ${query('whole')}`, sql`ts_match_vq(i.search, ${query('begun')})`];
}

/** The planner's estimate; 0 when the query has no such part. */
async function expectedRows(reader: Reader, query: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: { 'Node Type': string; 'Plan Rows': number } }] }>`
    explain (format json) select from library.images i where i.search @@ ${query}`.execute(reader);
  const plan = rows[0]!['QUERY PLAN'][0].Plan;
  return plan['Node Type'] === 'Result' ? 0 : plan['Plan Rows'];
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

function named(shelves: Shelves): RawBuilder<unknown> {
  return sql.join(shelves.order.map((key, at) => sql`${key} as ${sql.raw(`key${at}`)}`));
}

function keys(shelves: Shelves): RawBuilder<unknown>[] {
  return shelves.order.map((_key, at) => sql.raw(`key${at}`));
}
