import type { FastifyReply } from 'fastify';
import { type Storage, notifyEach } from '../platform/index.ts';
import { findThumbnailWork, markThumbnails } from './blobs-store.ts';
import type { Library } from './context.ts';
import { type ByteCall, byteHeaders, findShown, leadToBucket, openOriginal } from './files.ts';
import type { ServedRow } from './images-store.ts';
import { readOriginal } from './originals.ts';
import { makeThumbnail } from './pictures.ts';
import {
  type Shelf,
  type ThumbnailFormat,
  type ThumbnailSize,
  cacheHeaders,
  formatFor,
  isOwnThumbnail,
  isFresh,
  servedSize,
  sizesFor,
  thumbnailKey,
} from './rules.ts';
import type { NewImage } from './thumbnail-queue.ts';

/** A small picture: from storage, or made on the spot while its task has not run yet. */
export async function sendThumbnail(library: Library, call: ByteCall, id: string, asked: ThumbnailSize): Promise<FastifyReply> {
  const { row, shelf } = await findShown(library, id, call.actor);
  if (isOwnThumbnail({ ...row, mediaType: row.media_type, sizeBytes: row.size_bytes }))
    return sendOriginal(library, call, row, shelf);
  const size = servedSize(asked, row);
  const etagOf = (format: ThumbnailFormat) => `"${row.sha256}-${size}-${format}"`;
  call.reply.headers({ ...byteHeaders, ...cacheHeaders(shelf, ['Accept']) });
  // Either format that this browser took earlier is good for ever.
  const fresh = (['avif', 'webp'] as const).map(etagOf).find((etag) => isFresh(call.request.headers['if-none-match'], etag));
  if (fresh !== undefined) return call.reply.code(304).header('etag', fresh).send();
  const wanted = formatFor(call.request.headers.accept);
  const key = thumbnailKey(row.storage_key, size, wanted);
  const led = row.has_thumbnails && (await leadToBucket(library, call.reply, key, { mediaType: `image/${wanted}` }));
  if (led) return call.reply;
  const ready = row.has_thumbnails ? await library.storage.get(key) : null;
  if (ready)
    return call.reply
      .type(`image/${wanted}`)
      .headers({ etag: etagOf(wanted), 'content-length': ready.sizeBytes })
      .send(ready.stream);
  return call.reply
    .type('image/webp')
    .header('etag', etagOf('webp'))
    .send(await thumbnailNow(library, row.storage_key, size));
}

/** A picture that is its own thumbnail, as it is stored: without the recipe that its file carries. */
async function sendOriginal(library: Library, call: ByteCall, row: ServedRow, shelf: Shelf): Promise<FastifyReply> {
  const etag = `"${row.sha256}"`;
  call.reply.headers({ ...byteHeaders, ...cacheHeaders(shelf, ['Accept']), etag });
  if (isFresh(call.request.headers['if-none-match'], etag)) return call.reply.code(304).send();
  const { stream, sizeBytes } = await openOriginal(library, row, null);
  return call.reply.type(row.media_type).header('content-length', sizeBytes).send(stream);
}

const underway = new WeakMap<Storage, Map<string, Promise<Buffer>>>();

/** WebP, which is quick to make. Everybody who asks for the same one meanwhile waits for the same work. */
function thumbnailNow(library: Library, storageKey: string, size: ThumbnailSize): Promise<Buffer> {
  const works = underway.get(library.storage) ?? new Map<string, Promise<Buffer>>();
  underway.set(library.storage, works);
  const key = thumbnailKey(storageKey, size, 'webp');
  const work = works.get(key) ?? makeNow(library, storageKey, key, size).finally(() => works.delete(key));
  works.set(key, work);
  return work;
}

async function makeNow(library: Library, storageKey: string, key: string, size: ThumbnailSize): Promise<Buffer> {
  const made = await library.storage.get(key);
  if (made) return Buffer.concat(await made.stream.toArray());
  library.metrics.thumbnailsOnDemand.inc();
  const thumbnail = await library.decoding(async () => makeThumbnail(await readOriginal(library, storageKey), size, 'webp'));
  await library.storage.putDerived(key, thumbnail, 'image/webp');
  return thumbnail;
}

/**
 * Makes every thumbnail of these images' originals, then says so to the open streams of their owners. Done twice, it does no harm.
 * One that fails does not keep the others from being finished; the task then fails, and its next try finds only that one left.
 */
export async function makeThumbnails(library: Library, images: readonly NewImage[], signal: AbortSignal): Promise<void> {
  const works = await findThumbnailWork(
    library.database.read,
    images.map((image) => image.blobId),
  );
  const made = new Set<string>();
  const failures: Error[] = [];
  // One after the other: each original is in memory while its thumbnails are made.
  for (const work of works) {
    try {
      if (!work.done) await makeAll(library, work, signal);
      made.add(work.blobId);
    } catch (error) {
      failures.push(error as Error);
    }
  }
  if (made.size > 0) await announce(library, made, images);
  if (failures[0]) throw failures[0];
}

async function announce(library: Library, made: ReadonlySet<string>, images: readonly NewImage[]): Promise<void> {
  const ready = images.filter((image) => made.has(image.blobId)).map(({ accountId, imageId }) => ({ accountId, imageId }));
  await library.database.tx(async (tx) => {
    await markThumbnails(tx, [...made], library.clock.now());
    await notifyEach(tx, 'library_image', ready);
  });
}

async function makeAll(
  library: Library,
  work: { storageKey: string; width: number; height: number },
  signal: AbortSignal,
): Promise<void> {
  const end = library.metrics.thumbnailSeconds.startTimer();
  const original = await readOriginal(library, work.storageKey);
  for (const size of sizesFor(work)) {
    for (const format of ['webp', 'avif'] as const) {
      signal.throwIfAborted();
      const thumbnail = await library.decoding(() => makeThumbnail(original, size, format));
      await library.storage.putDerived(thumbnailKey(work.storageKey, size, format), thumbnail, `image/${format}`);
    }
  }
  end();
}
