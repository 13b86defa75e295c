import type { Image, Recipe, Settings } from '@rendermart/contract';
import type { ImageEngine } from '@rendermart/engine';
import type { Authenticate, Clock, Database, Ids, Listener, Log, Reader, Registry, Tx } from '../platform/index.ts';

/** What this room asks of the accounts below it. */
export interface AccountsBelow {
  authenticate: Authenticate;
  settings(): Promise<Settings>;
  namesOf(reader: Reader, accountIds: readonly string[]): Promise<Map<string, string>>;
  weightsOf(reader: Reader, accountIds: readonly string[]): Promise<Map<string, number>>;
  onAccountChange(hear: (change: { accountId: string; kind: 'sessions-revoked' | 'disabled' | 'weight' }) => void): () => void;
}

/** What this room asks of the library below it. */
export interface LibraryBelow<Stored = unknown> {
  storeOriginal(bytes: Uint8Array, expected?: { mediaType: string }): Promise<Stored>;
  addImage(tx: Tx, image: { accountId: string; generationId: string; index: number; stored: Stored; recipe: Recipe; parentId: string | null }): Promise<string>;
  imagesOfGenerations(reader: Reader, generationIds: readonly string[], viewer: { accountId: string }): Promise<Map<string, Image[]>>;
  openSource(accountId: string, imageId: string): Promise<{ bytes: Uint8Array; mediaType: string; width: number; height: number } | null>;
  readableSource(reader: Reader, accountId: string, imageId: string): Promise<boolean>;
}

/** All that the room stands on. `engines` answer questions (vocabulary, capabilities) here and draw only in a worker. */
export interface GenerationDeps<Stored = unknown> {
  database: Database;
  listener: Listener;
  accounts: AccountsBelow;
  library: LibraryBelow<Stored>;
  engines: ReadonlyMap<string, ImageEngine>;
  metrics: Registry;
  log: Log;
  clock: Clock;
  ids: Ids;
}
