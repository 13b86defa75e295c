import type { FastifyReply } from 'fastify';
import { type Storage, notify } from '../platform/index.ts';
import { findThumbnailWork, markThumbnails } from './blobs-store.ts';
import type { Library } from './context.ts';
import { type ByteCall, byteHeaders, findShown, leadToBucket } from './files.ts';
import { readOriginal } from './originals.ts';
import { makeThumbnail } from './pictures.ts';
import {
  type ThumbnailFormat,
  type ThumbnailSize,
  cacheHeaders,
  formatFor,
  isFresh,
  servedSize,
  sizesFor,
  thumbnailKey,
} from './rules.ts';

/** A small picture: from storage, or made on the spot while its task has not run yet. */
export async function sendThumbnail(library: Library, call: ByteCall, id: string, asked: ThumbnailSize): Promise<FastifyReply> {
  const { row, shelf } = await findShown(library, id, call.actor);
  const size = servedSize(asked, row);
  const etagOf = (format: ThumbnailFormat) => `"${row.sha256}-${size}-${format}"`;
  call.reply.headers({ ...byteHeaders, ...cacheHeaders(shelf, ['Accept']) });
  // Either format that this browser took earlier is good for ever.
  const fresh = (['avif', 'webp'] as const).map(etagOf).find((etag) => isFresh(call.request.headers['if-none-match'], etag));
  if (fresh !== undefined) return call.reply.code(304).header('etag', fresh).send();
  const wanted = formatFor(call.request.headers.accept);
  const key = thumbnailKey(row.storage_key, size, wanted);
  const led = row.has_thumbnails ? await leadToBucket(library, call.reply, key, { mediaType: `image/${wanted}` }) : null;
  if (led) return led;
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
  await library.storage.put(key, thumbnail, 'image/webp');
  return thumbnail;
}

export interface ThumbnailsPayload {
  blobId: string;
  imageId: string;
  accountId: string;
}

/** Makes every thumbnail of an original, then says so to the open streams of its owner. Done twice, it does no harm. */
export async function makeThumbnails(library: Library, payload: ThumbnailsPayload, signal: AbortSignal): Promise<void> {
  const work = await findThumbnailWork(library.database.read, payload.blobId);
  if (!work) return;
  if (!work.done) await makeAll(library, work, signal);
  await library.database.tx(async (tx) => {
    await markThumbnails(tx, payload.blobId, library.clock.now());
    await notify(tx, 'library_image', { accountId: payload.accountId, imageId: payload.imageId });
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
      await library.storage.put(thumbnailKey(work.storageKey, size, format), thumbnail, `image/${format}`);
    }
  }
  end();
}
