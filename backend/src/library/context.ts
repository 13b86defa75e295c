import type { Settings } from '@rendermart/contract';
import type { Clock, Database, Ids, Log, Reader, Registry, Storage, Tasks, Tx } from '../platform/index.ts';
import type { Gate } from './gate.ts';
import type { LibraryMetrics } from './metrics.ts';
import type { ThumbnailQueue } from './thumbnail-queue.ts';
import type { UploadPlaces } from './upload-places.ts';

/** What the library asks of the room below it. */
export interface People {
  settings(): Promise<Pick<Settings, 'exploreAudience' | 'trashDays'>>;
  namesOf(reader: Reader, accountIds: readonly string[]): Promise<Map<string, string>>;
  requireActive(tx: Tx, accountId: string): Promise<void>;
}

export interface LibraryLimits {
  uploadBytes: number;
  /** Width × height of one picture, refused before it is decoded. */
  imagePixels: number;
  /** What uploads that are being received may take of the disk, all together; a deploy policy holds it against the pod's /tmp. */
  receivingBytes: number;
  /** Uploads of one account that may arrive at the same time. */
  uploadsAtOnce: number;
  /** Lead browsers to the bucket itself, which they must be able to reach, for thumbnails and for their own originals. */
  signedReads: boolean;
}

export const defaultLimits: LibraryLimits = {
  uploadBytes: 25 * 1024 * 1024,
  imagePixels: 40_000_000,
  receivingBytes: 400 * 1024 * 1024,
  uploadsAtOnce: 3,
  signedReads: false,
};

/** Few at once: a picture of 40 million pixels takes 160 MB while it is decoded. */
export const decodedAtOnce = 2;

export interface LibraryDeps {
  database: Database;
  clock: Clock;
  ids: Ids;
  storage: Storage;
  accounts: People;
  tasks: Tasks;
  metrics: Registry;
  log: Log;
  limits?: Partial<LibraryLimits>;
}

/** What every use-case of the room is given. */
export interface Library extends Omit<LibraryDeps, 'metrics' | 'limits'> {
  limits: LibraryLimits;
  metrics: LibraryMetrics;
  /** Decoding takes memory by the pixel, so few pictures are decoded at once. */
  decoding: Gate;
  receiving: UploadPlaces;
  thumbnails: ThumbnailQueue;
}
