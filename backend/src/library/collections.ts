import type { Collection } from '@rendermart/contract';
import { Failure, postgresCode } from '../platform/index.ts';
import * as store from './collections-store.ts';
import type { Library } from './context.ts';

export async function listCollections(library: Library, accountId: string): Promise<{ items: Collection[] }> {
  return { items: (await store.findCollections(library.database.read, accountId)).map(present) };
}

export async function createCollection(library: Library, accountId: string, name: string): Promise<Collection> {
  const id = library.ids.next();
  await unlessNameTaken(store.insertCollection(library.database.read, { id, accountId, name, now: library.clock.now() }));
  return readCollection(library, accountId, id);
}

export async function updateCollection(library: Library, accountId: string, id: string, name: string): Promise<Collection> {
  if (!(await unlessNameTaken(store.renameCollection(library.database.read, id, accountId, name))))
    throw new Failure('not_found');
  return readCollection(library, accountId, id);
}

export async function deleteCollection(library: Library, accountId: string, id: string): Promise<void> {
  if (!(await store.deleteCollection(library.database.read, id, accountId))) throw new Failure('not_found');
}

export async function addToCollection(
  library: Library,
  accountId: string,
  id: string,
  imageIds: readonly string[],
): Promise<{ changed: number }> {
  return library.database.tx(async (tx) => {
    if (!(await store.lockCollection(tx, id, accountId))) throw new Failure('not_found');
    return { changed: await store.addToCollection(tx, id, accountId, imageIds) };
  });
}

export async function removeFromCollection(
  library: Library,
  accountId: string,
  id: string,
  imageIds: readonly string[],
): Promise<{ changed: number }> {
  return library.database.tx(async (tx) => {
    if (!(await store.lockCollection(tx, id, accountId))) throw new Failure('not_found');
    return { changed: await store.removeFromCollection(tx, id, imageIds) };
  });
}

async function readCollection(library: Library, accountId: string, id: string): Promise<Collection> {
  const row = await store.findOwnCollection(library.database.read, id, accountId);
  if (!row) throw new Failure('not_found');
  return present(row);
}

/** The index decides, not a look beforehand: of two at once one is refused. */
async function unlessNameTaken<Result>(work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    throw postgresCode(error) === '23505' ? new Failure('collection_exists', { field: 'name', cause: error }) : error;
  });
}

function present(row: store.CollectionRow): Collection {
  return { id: row.id, name: row.name, images: row.images, coverIds: row.cover_ids, createdAt: row.created_at.toISOString() };
}
