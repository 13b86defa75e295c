import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import type { Recipe } from '@rendermart/contract';
import { type Reader, type Tx, afterCommit, assertOutsideTransaction, invariant } from '../platform/index.ts';
import * as blobs from './blobs-store.ts';
import type { Library } from './context.ts';
import * as images from './images-store.ts';
import { type DecodedPicture, type PictureSource, decodePicture, toPng } from './pictures.ts';
import { originalKey } from './rules.ts';
import { type Descent, descentOf, findDescent, findRootOfContent } from './same-picture.ts';

/** An original in storage that may be named by an image within the hour. */
export interface StoredPicture {
  blobId: string;
  sha256: string;
  storageKey: string;
  mediaType: string;
  width: number;
  height: number;
  sizeBytes: number;
  transparent: boolean;
  /** ThumbHash, base64. */
  placeholder: string;
}

export interface GeneratedImage {
  accountId: string;
  generationId: string;
  /** 0 … count − 1. */
  index: number;
  stored: StoredPicture;
  recipe: Recipe;
  parentId: string | null;
  /** What `openSource` told of the parent, which may be deleted for good while its larger copy is made. */
  descent?: Descent | undefined;
}

export async function storeOriginal(
  library: Library,
  bytes: Uint8Array,
  expected?: { mediaType: string },
): Promise<StoredPicture> {
  assertOutsideTransaction('storeOriginal');
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoded = await library.decoding(() => decodePicture(whole, library.limits.imagePixels));
  // The bytes are the truth; a wrong label is an engine's slip and worth a line, not worth a lost picture.
  if (expected && expected.mediaType !== decoded.mediaType)
    library.log.warn({ expected: expected.mediaType, found: decoded.mediaType }, 'a picture has another type than announced');
  return keep(library, whole, decoded);
}

/** The row first, then the file, then (in `addImage`) the mark that it is stored: after a crash anywhere, no file is unknown. */
export async function keep(library: Library, source: PictureSource, picture: DecodedPicture): Promise<StoredPicture> {
  const { sha256, sizeBytes } = await measure(source);
  const { mediaType, width, height, transparent, placeholder } = picture;
  const id = library.ids.next();
  const now = library.clock.now();
  const blob = await blobs.claimBlob(library.database.read, {
    id,
    sha256,
    storageKey: originalKey(sha256, id, mediaType),
    mediaType,
    sizeBytes,
    now,
  });
  if (!blob.stored) {
    if (typeof source === 'string') await library.storage.putStream(blob.storageKey, createReadStream(source), mediaType);
    else await library.storage.put(blob.storageKey, source, mediaType);
    library.metrics.storedBytes.inc(sizeBytes);
  }
  return {
    blobId: blob.id,
    sha256,
    storageKey: blob.storageKey,
    mediaType,
    width,
    height,
    sizeBytes,
    transparent,
    placeholder,
  };
}

async function measure(source: PictureSource): Promise<{ sha256: string; sizeBytes: number }> {
  const hash = createHash('sha256');
  if (typeof source !== 'string') return { sha256: hash.update(source).digest('hex'), sizeBytes: source.length };
  let sizeBytes = 0;
  for await (const piece of createReadStream(source) as AsyncIterable<Buffer>) {
    hash.update(piece);
    sizeBytes += piece.length;
  }
  return { sha256: hash.digest('hex'), sizeBytes };
}

export async function addImage(library: Library, tx: Tx, image: GeneratedImage): Promise<string> {
  const { accountId, generationId, index, stored, recipe, parentId } = image;
  const id = library.ids.next();
  const descent = await findParent(tx, image);
  const origin = descent?.licence ? 'licensed' : 'generated';
  const { licence, rootId, soldBy, withheldAt } = descent ?? ownDescent;
  const made = { generationId, index, recipe, parentId };
  const added = await name(library, tx, { id, accountId, origin, ...made, licence, rootId, soldBy, withheldAt, ...stored });
  if (added) return id;
  const existing = await images.findGenerated(tx, generationId, index);
  invariant(existing !== undefined, 'an image that could not be inserted is there');
  return existing;
}

const ownDescent = { licence: null, rootId: null, soldBy: null, withheldAt: null };

/**
 * A larger copy is still the same picture, so a licence goes with it: it can be neither published nor sold. So does what moderators
 * said, and who sold it exclusively. Null for what is a picture of its own.
 */
async function findParent(tx: Tx, { recipe, parentId, accountId, descent }: GeneratedImage): Promise<Descent | null> {
  if (recipe.scale === undefined || parentId === null) return null;
  return (await findDescent(tx, parentId, accountId)) ?? descent ?? { ...ownDescent, rootId: parentId };
}

/** One that a person sent. */
export interface UploadedPicture extends StoredPicture {
  /** What its SHA-256 was before it was downloaded here; null for what comes from elsewhere. */
  downloadedSha256: string | null;
}

export async function addUpload(library: Library, tx: Tx, accountId: string, uploaded: UploadedPicture): Promise<string> {
  const id = library.ids.next();
  const { downloadedSha256, ...stored } = uploaded;
  const rootId = downloadedSha256 === null ? null : await findRootOfContent(tx, downloadedSha256);
  await name(library, tx, {
    id,
    accountId,
    origin: 'uploaded',
    generationId: null,
    index: null,
    recipe: null,
    parentId: null,
    ...ownDescent,
    rootId,
    ...stored,
  });
  return id;
}

/** Inserts the row that names the bytes and counts it on the blob, in the caller's transaction; its thumbnails are queued when that has committed. */
async function name(library: Library, tx: Tx, image: Omit<images.NewImage, 'createdAt'>): Promise<boolean> {
  const now = library.clock.now();
  const inserted = await images.insertImage(tx, { ...image, createdAt: now });
  if (inserted === 'exists') return false;
  if (inserted === 'swept')
    throw new Error(`The stored picture ${image.blobId} was swept before an image named it; store it again`);
  if (!inserted.hasThumbnails) {
    const { blobId, id: imageId, accountId } = image;
    afterCommit(tx, () => library.thumbnails.queue({ blobId, imageId, accountId }));
  }
  library.metrics.images.inc({ origin: image.origin });
  return true;
}

/** What is known of an own image without reading its bytes. */
export interface OwnImage {
  width: number;
  height: number;
  prompt: string;
  trashed: boolean;
}

export async function describeOwn(reader: Reader, accountId: string, imageId: string): Promise<OwnImage | null> {
  const [row] = await images.findServed(reader, [imageId]);
  if (!row || row.account_id !== accountId) return null;
  const { width, height, prompt, trashed_at: trashedAt } = row;
  return { width, height, prompt, trashed: trashedAt !== null };
}

/** A picture to draw from. */
export interface SourcePicture {
  bytes: Uint8Array;
  mediaType: 'image/png' | 'image/jpeg' | 'image/webp';
  width: number;
  height: number;
}

/** The same, as it was opened: `addImage` asks what a larger copy of it takes over. */
export interface OpenedSource extends SourcePicture {
  descent: Descent;
}

export async function readableSource(reader: Reader, accountId: string, imageId: string): Promise<boolean> {
  return (await findSource(reader, accountId, imageId)) !== undefined;
}

export async function openSource(library: Library, accountId: string, imageId: string): Promise<OpenedSource | null> {
  const row = await findSource(library.database.read, accountId, imageId);
  return row ? { ...(await readStored(library, row)), descent: descentOf(row, accountId) } : null;
}

type Described = Pick<images.ServedRow, 'storage_key' | 'media_type' | 'width' | 'height'>;

/** The bytes of a row in a form that every engine reads. */
export async function readStored(library: Library, row: Described): Promise<SourcePicture> {
  const bytes = await readOriginal(library, row.storage_key);
  const { width, height, media_type: mediaType } = row;
  if (mediaType === 'image/png' || mediaType === 'image/jpeg' || mediaType === 'image/webp')
    return { bytes, mediaType, width, height };
  return { bytes: await library.decoding(() => toPng(bytes)), mediaType: 'image/png', width, height };
}

/** One's own or a published one, and in no trash. */
export async function findSource(reader: Reader, accountId: string, imageId: string): Promise<images.ServedRow | undefined> {
  const [row] = await images.findServed(reader, [imageId]);
  if (!row || row.trashed_at !== null) return undefined;
  return row.account_id === accountId || row.published_at !== null ? row : undefined;
}

export async function readOriginal(library: Library, storageKey: string): Promise<Buffer> {
  const opened = await library.storage.get(storageKey);
  if (!opened) throw new Error(`Storage has nothing under ${storageKey}, which an image names`);
  return buffer(opened.stream);
}
