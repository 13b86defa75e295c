import * as blobs from './blobs-store.ts';
import type { Library } from './context.ts';
import { lockOldTrash } from './images-store.ts';
import { purge } from './images.ts';
import { installationKey, tieStore } from './installation.ts';
import { keysOf, orphanKeptMs, originalOf, unknownKeptMs } from './rules.ts';

const batch = 200;
const dayMs = 86_400_000;

/**
 * Removes the bytes that no image has used for an hour. Crashes anywhere are harmless: a condemned row stays until its files are gone,
 * and is found again. Returns how many originals went.
 */
export async function sweepBlobs(library: Library, signal: AbortSignal, keptMs = orphanKeptMs): Promise<number> {
  for (let swept = 0; ;) {
    signal.throwIfAborted();
    const now = library.clock.now();
    const condemned = await blobs.condemnBlobs(library.database.read, new Date(now.getTime() - keptMs), now, batch);
    for (const blob of condemned) {
      for (const key of keysOf(blob.storageKey)) await library.storage.remove(key);
      await blobs.forgetBlob(library.database.read, blob.id);
    }
    library.metrics.sweptBlobs.inc(condemned.length);
    swept += condemned.length;
    if (condemned.length === 0) return swept;
  }
}

/**
 * Removes files that no row has named for a month: what is left when a database is put back to an earlier day.
 * A row is always there before its file and a key never returns, so a file without a row will not get one. In the store of another
 * installation that would be every file, so there it touches none.
 */
export async function sweepStorage(library: Library, signal: AbortSignal): Promise<number> {
  if ((await tieStore(library)) === 'foreign') {
    library.log.error(
      { key: installationKey },
      'nothing was swept: the image store belongs to another database. Lead DATABASE_URL to that one, or give this one a store of its own',
    );
    return 0;
  }
  let swept = 0;
  const before = library.clock.now().getTime() - unknownKeptMs;
  for (const prefix of ['images/', 'thumbnails/']) {
    for await (const keys of batches(oldKeys(library, prefix, before))) {
      signal.throwIfAborted();
      swept += await removeUnknown(library, keys);
    }
  }
  return swept;
}

async function removeUnknown(library: Library, keys: string[]): Promise<number> {
  const known = await blobs.knownKeys(library.database.read, keys.map(originalOf));
  const unknown = keys.filter((key) => !known.has(originalOf(key)));
  for (const key of unknown) await library.storage.remove(key);
  return unknown.length;
}

async function* oldKeys(library: Library, prefix: string, before: number): AsyncGenerator<string> {
  for await (const { key, modifiedAt } of library.storage.list(prefix)) if (modifiedAt.getTime() < before) yield key;
}

async function* batches<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let gathered: Item[] = [];
  for await (const item of items) {
    gathered.push(item);
    if (gathered.length < batch) continue;
    yield gathered;
    gathered = [];
  }
  if (gathered.length > 0) yield gathered;
}

/** Deletes for good what has been in the trash for longer than the administrator's setting. */
export async function emptyOldTrash(library: Library, signal: AbortSignal): Promise<number> {
  const { trashDays } = await library.accounts.settings();
  const before = new Date(library.clock.now().getTime() - trashDays * dayMs);
  for (let purged = 0; ;) {
    signal.throwIfAborted();
    const gone = await library.database.tx(async (tx) => purge(library, tx, await lockOldTrash(tx, before, batch)));
    purged += gone;
    if (gone === 0) return purged;
  }
}
