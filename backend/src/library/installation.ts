import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import type { Reader } from '../platform/index.ts';
import { knownKeys } from './blobs-store.ts';
import type { Library } from './context.ts';

/** Where the store keeps whose it is. */
export const installationKey = 'installation/id';
/** Keys of originals begin with the hash of their bytes, so the first ones are a fair sample of all. */
const sampledKeys = 1_000;

/** Whether the store of images belongs to this database. */
export type Ownership = 'own' | 'foreign';

/**
 * Database and store have the same id. Where one has none yet it is given the other's, or a new one, provided that the database knows
 * images of the store, or that the store is new: a database that is new, or of another installation, would sweep away what it does not
 * know. A new database takes no store that has an id, not even an empty one: two that share a store would sweep each other's images.
 */
export async function tieStore(library: Pick<Library, 'database' | 'storage' | 'ids'>): Promise<Ownership> {
  const { storage, ids } = library;
  const reader = library.database.read;
  // In this order: the id is in the database before it is in the store, also while another process starts.
  const stored = await readStored(storage);
  const known = await readId(reader);
  if (known !== null && stored !== null) return known === stored ? 'own' : 'foreign';
  const images = await sampleImages(library);
  if (!images.someKnown && (stored !== null || images.some)) return 'foreign';
  // Another process may be doing the same: all write the id that was first in the database.
  const id = known ?? (await keepId(reader, stored ?? ids.next()));
  if (stored === null) await storage.put(installationKey, Buffer.from(id), 'text/plain');
  return stored === null || stored === id ? 'own' : 'foreign';
}

async function readId(reader: Reader): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`select id from library.installation`.execute(reader);
  return rows[0]?.id ?? null;
}

async function keepId(reader: Reader, id: string): Promise<string> {
  await sql`insert into library.installation (id) values (${id}) on conflict do nothing`.execute(reader);
  return (await readId(reader))!;
}

async function readStored(storage: Library['storage']): Promise<string | null> {
  const found = await storage.get(installationKey);
  return found && (await text(found.stream)).trim();
}

async function sampleImages({ storage, database }: Pick<Library, 'storage' | 'database'>) {
  const keys: string[] = [];
  for await (const { key } of storage.list('images/')) if (keys.push(key) === sampledKeys) break;
  return { some: keys.length > 0, someKnown: (await knownKeys(database.read, keys)).size > 0 };
}
