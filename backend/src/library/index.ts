import type { Image } from '@rendermart/contract';
import type { FastifyInstance } from 'fastify';
import type { CronTask, Handlers, Reader, RoomRouteNames, TaskHandler, Tx } from '../platform/index.ts';
import { closeLibrary } from './closing.ts';
import { type Library as Context, type LibraryDeps, decodedAtOnce, defaultLimits } from './context.ts';
import { keptContents } from './blobs-store.ts';
import { makeGate } from './gate.ts';
import { countImages, findImagesOfGenerations } from './images-store.ts';
import { type Ownership, tieStore } from './installation.ts';
import { openMask, readableMask } from './masks.ts';
import { makeLibraryMetrics } from './metrics.ts';
import {
  type GeneratedImage,
  type OpenedSource,
  type OwnImage,
  type StoredPicture,
  addImage,
  describeOwn,
  openSource,
  readableSource,
  storeOriginal,
} from './originals.ts';
import { presentImage } from './present.ts';
import { makeHandlers } from './routes.ts';
import { findSamePicture } from './same-picture.ts';
import { sweepBlobs, sweepStorage } from './sweep.ts';
import { makeCrons, makeTasks } from './tasks.ts';
import { makeThumbnailQueue } from './thumbnail-queue.ts';
import {
  type ImageForSale,
  type LicenceGrant,
  type OriginalForSale,
  findForSale,
  grantLicence,
  lockForSale,
  markListed,
  markWithheld,
  setOwnerAway,
  transferImage,
} from './trade.ts';
import { makeUploadPlaces } from './upload-places.ts';
import { acceptUploads } from './uploads.ts';

export { namedFiles } from './blobs-store.ts';
export { type LibraryDeps, type LibraryLimits, type People, decodedAtOnce, defaultLimits } from './context.ts';
export { type GeneratedImage, type OpenedSource, type OwnImage, type SourcePicture, type StoredPicture } from './originals.ts';
export { recipeFor } from './present.ts';
export { type Ownership, installationKey } from './installation.ts';
export type { ImageForSale, OriginalForSale } from './trade.ts';

/** The images of everybody: their bytes, recipes, collections, likes and trash. */
export interface Library {
  handlers: Handlers<RoomRouteNames<'library'>>;
  tasks: TaskHandler[];
  crons: CronTask[];
  /** Lets pictures arrive as a stream on the upload route. Call it before the server starts. */
  acceptUploads(server: FastifyInstance): void;
  /**
   * Decodes, checks and keeps an encoded picture, outside any transaction. An image must name it within the hour, or it is swept.
   * Fails with `image_not_readable`, `image_too_large`, `storage_full` or `unavailable`.
   */
  storeOriginal(bytes: Uint8Array, expected?: { mediaType: string }): Promise<StoredPicture>;
  /** Names a stored picture, in the caller's transaction; the same generation and index again gives the same id and changes nothing. */
  addImage(tx: Tx, image: GeneratedImage): Promise<string>;
  /** Images of generations by generation id, in their order, without those of the trash. */
  imagesOfGenerations(
    reader: Reader,
    generationIds: readonly string[],
    viewer: { accountId: string },
  ): Promise<Map<string, Image[]>>;
  /** The bytes of an own or published image to draw from, upright, as PNG, JPEG or WebP; null when there is none for this account. */
  openSource(accountId: string, imageId: string): Promise<OpenedSource | null>;
  /** Whether `openSource` would give one. */
  readableSource(reader: Reader, accountId: string, imageId: string): Promise<boolean>;
  /** The bytes of an own mask for an image, as PNG, JPEG or WebP; null when there is none. */
  openMask(accountId: string, maskId: string, imageId: string): ReturnType<typeof openMask>;
  /** Whether `openMask` would give one. */
  readableMask(reader: Reader, accountId: string, maskId: string, imageId: string): Promise<boolean>;
  /** Size, words and state of an own image; null when it is not this account's. */
  describeOwn(reader: Reader, accountId: string, imageId: string): Promise<OwnImage | null>;
  /** Locks an own image, with all that the account has of the same picture, and says what is to be known before it is offered; null when it is not one's own. */
  lockForSale(tx: Tx, accountId: string, imageId: string): Promise<ImageForSale | null>;
  /** A listed image is private, and can be neither trashed nor published until it is unlisted. */
  markListed(tx: Tx, imageId: string, listed: boolean): Promise<void>;
  /** A withheld image is private, and can be neither listed nor published; nor can what the account has of the same picture. */
  markWithheld(tx: Tx, image: { imageId: string; accountId: string }, withheld: boolean): Promise<void>;
  /** The ids of all images of the same picture as one, itself included, whoever has them and also where they are gone. */
  samePicture(reader: Reader, imageId: string): Promise<string[]>;
  /** Shows nothing that somebody published, or all of it again. */
  setOwnerAway(tx: Tx, accountId: string, isAway: boolean): Promise<void>;
  /** Puts a copy on the same bytes, with its licence, into the buyer's library. */
  grantLicence(tx: Tx, grant: LicenceGrant): Promise<void>;
  /** Makes an image another account's own. */
  transferImage(tx: Tx, imageId: string, toAccountId: string): Promise<void>;
  /** Hides everything of somebody who closes their account and queues that it goes; bytes that others have a licence of stay. */
  close(tx: Tx, accountId: string): Promise<void>;
  /** An image, whoever owns it, or a copy that was bought with one of `purchaseIds`, to decode; null when all are gone. */
  findForSale(imageId: string, purchaseIds?: readonly string[]): Promise<OriginalForSale | null>;
  /** Of these SHA-256 sums of pictures, those that are kept. */
  keptContents(reader: Reader, sums: readonly string[]): Promise<Set<string>>;
  /** How many images each account has, without the trash; accounts without any are absent. */
  imageCounts(reader: Reader, accountIds: readonly string[]): Promise<Map<string, number>>;
  /** Removes bytes that no image uses and nobody touched for `keptMs` (an hour by default), as its cron does. Returns how many originals went. */
  sweep(signal: AbortSignal, keptMs?: number): Promise<number>;
  /** Whether the store belongs to this database; gives both the same id where one has none yet. Processes ask when they start. */
  tieStore(): Promise<Ownership>;
  /** Removes files that no row has named for a month, and none of a store that belongs to another database. Returns how many went. */
  sweepStorage(signal: AbortSignal): Promise<number>;
}

export function makeLibrary(deps: LibraryDeps): Library {
  const limits = { ...defaultLimits, ...deps.limits };
  const library: Context = {
    ...deps,
    limits,
    metrics: makeLibraryMetrics(deps.metrics),
    decoding: makeGate(decodedAtOnce),
    receiving: makeUploadPlaces(limits),
    thumbnails: makeThumbnailQueue(deps),
  };
  return {
    handlers: makeHandlers(library),
    tasks: makeTasks(library),
    crons: makeCrons(library),
    acceptUploads,
    storeOriginal: (bytes, expected) => storeOriginal(library, bytes, expected),
    addImage: (tx, image) => addImage(library, tx, image),
    imagesOfGenerations: (reader, generationIds, viewer) => imagesOfGenerations(library, reader, generationIds, viewer),
    openSource: (accountId, imageId) => openSource(library, accountId, imageId),
    readableSource,
    openMask: (accountId, maskId, imageId) => openMask(library, accountId, maskId, imageId),
    readableMask,
    describeOwn,
    lockForSale,
    markListed: (tx, imageId, listed) => markListed(library, tx, imageId, listed),
    markWithheld: (tx, image, withheld) => markWithheld(library, tx, image, withheld),
    samePicture: findSamePicture,
    setOwnerAway,
    grantLicence: (tx, grant) => grantLicence(library, tx, grant),
    transferImage: (tx, imageId, toAccountId) => transferImage(library, tx, imageId, toAccountId),
    close: (tx, accountId) => closeLibrary(library, tx, accountId),
    findForSale: (imageId, purchaseIds = []) => findForSale(library, imageId, purchaseIds),
    keptContents,
    imageCounts: countImages,
    sweep: (signal, keptMs) => sweepBlobs(library, signal, keptMs),
    tieStore: () => tieStore(library),
    sweepStorage: (signal) => sweepStorage(library, signal),
  };
}

async function imagesOfGenerations(
  library: Context,
  reader: Reader,
  generationIds: readonly string[],
  viewer: { accountId: string },
): Promise<Map<string, Image[]>> {
  const rows = await findImagesOfGenerations(reader, generationIds, viewer.accountId);
  const names =
    rows.length === 0
      ? new Map<string, string>()
      : await library.accounts.namesOf(reader, [...new Set(rows.map((row) => row.account_id))]);
  const found = new Map<string, Image[]>();
  for (const row of rows) {
    const image = presentImage(row, viewer.accountId, names.get(row.account_id) ?? '');
    found.set(row.generation_id!, [...(found.get(row.generation_id!) ?? []), image]);
  }
  return found;
}
