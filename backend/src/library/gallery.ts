import type { ExploreQuery, Image, ImageQuery } from '@rendermart/contract';
import { type RawBuilder, sql } from 'kysely';
import { type Actor, Failure } from '../platform/index.ts';
import { findOwnCollection } from './collections-store.ts';
import type { Library } from './context.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { type Shelves, listImages } from './gallery-store.ts';
import type { ImageRow } from './images-store.ts';
import { presentImage } from './present.ts';

interface ImagePage {
  items: Image[];
  nextCursor: string | null;
}

/** One's own images, newest first. */
export async function listOwn(library: Library, actor: Actor, query: ImageQuery): Promise<ImagePage> {
  if (query.collectionId !== undefined && !(await findOwnCollection(library.database.read, query.collectionId, actor.accountId)))
    return { items: [], nextCursor: null };
  const after = readCursor('time', query.cursor);
  const shelves = ownShelves(actor.accountId, query);
  const rows = await listImages(library.database.read, shelves, { viewerId: actor.accountId, after, limit: query.limit + 1 });
  return pageOf(
    rows,
    query.limit,
    (row) => [row.created_at, row.id],
    (row) => presentImage(row, actor.accountId, actor.name),
  );
}

function ownShelves(accountId: string, query: ImageQuery): Shelves {
  const { collectionId } = query;
  const conditions = [
    sql`i.account_id = ${accountId}`,
    query.trashed ? sql`i.trashed_at is not null` : sql`i.trashed_at is null`,
    ...filters(query),
  ];
  if (collectionId === undefined) {
    return {
      from: sql`library.images i`,
      conditions,
      order: [sql`i.created_at`, sql`i.id`],
      search: query.q || undefined,
    };
  }
  return {
    from: sql`library.collection_images c join library.images i on i.id = c.image_id`,
    conditions: [sql`c.collection_id = ${collectionId}`, ...conditions],
    order: [sql`c.created_at`, sql`c.image_id`],
    search: query.q || undefined,
  };
}

function filters(query: ImageQuery): RawBuilder<unknown>[] {
  const found: RawBuilder<unknown>[] = [];
  if (query.modelId !== undefined) found.push(sql`i.model_id = ${query.modelId}`);
  if (query.origin !== undefined) found.push(sql`i.origin = ${query.origin}`);
  if (query.favourite !== undefined) found.push(query.favourite ? sql`i.favourite` : sql`not i.favourite`);
  if (query.published !== undefined) found.push(query.published ? sql`i.published_at is not null` : sql`i.published_at is null`);
  // Days of UTC, both of them included.
  const created = query.collectionId === undefined ? sql`i.created_at` : sql`c.created_at`;
  if (query.from !== undefined) found.push(sql`${created} >= ${new Date(`${query.from}T00:00:00Z`)}`);
  if (query.to !== undefined) found.push(sql`${created} < ${new Date(Date.parse(`${query.to}T00:00:00Z`) + 86_400_000)}`);
  return found;
}

/** What was published, by anybody. Fails with `sign_in_required` for visitors where only members may look. */
export async function listPublished(library: Library, actor: Actor | null, query: ExploreQuery): Promise<ImagePage> {
  const { exploreAudience } = await library.accounts.settings();
  if (actor === null && exploreAudience !== 'everyone') throw new Failure('sign_in_required');
  const liked = query.sort === 'liked';
  const shelves: Shelves = {
    from: sql`library.images i`,
    conditions: [sql`i.published_at is not null`, sql`i.trashed_at is null`],
    order: liked ? [sql`i.likes`, sql`i.published_at`, sql`i.id`] : [sql`i.published_at`, sql`i.id`],
    search: query.q || undefined,
  };
  const viewerId = actor?.accountId ?? null;
  const rows = await listImages(library.database.read, shelves, {
    viewerId,
    after: readCursor(liked ? 'likes' : 'time', query.cursor),
    limit: query.limit + 1,
  });
  const names = await library.accounts.namesOf(library.database.read, [...new Set(rows.map((row) => row.account_id))]);
  const position = (row: ImageRow) => (liked ? [row.likes, row.published_at!, row.id] : [row.published_at!, row.id]);
  return pageOf(rows, query.limit, position, (row) => presentImage(row, viewerId, names.get(row.account_id) ?? ''));
}

/** One row more than asked was read: it tells whether there is a next page. */
function pageOf(
  rows: ImageRow[],
  limit: number,
  position: (row: ImageRow) => (number | Date | string)[],
  present: (row: ImageRow) => Image,
): ImagePage {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit).map(present), nextCursor: last === undefined ? null : writeCursor(position(last)) };
}
