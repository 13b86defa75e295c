import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Actor, Failure, attachment } from '../platform/index.ts';
import type { Library } from './context.ts';
import { type ServedRow, findServed } from './images-store.ts';
import { maySee } from './images.ts';
import { recipeChunks } from './infotext.ts';
import { insertChunks } from './png-text.ts';
import { recipeFor } from './present.ts';
import { type Shelf, baseName, cacheHeaders, extensionOf, isFresh } from './rules.ts';

export interface ByteCall {
  actor: Actor | null;
  request: FastifyRequest;
  reply: FastifyReply;
}

// Bytes that people made: never a page, never guessed to be something else, whoever opens their address.
const guard = { 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; sandbox" };
// A browser that got an address late in its time still has five minutes, and asks for a new one before they are over.
const signed = { expiresInSeconds: 300, sameForSeconds: 300 };
const redirectSeconds = 240;

/** An image that this viewer may see, and who else may. Fails with `not_found` for every other id. */
export async function findShown(library: Library, id: string, actor: Actor | null): Promise<{ row: ServedRow; shelf: Shelf }> {
  const [[row], { exploreAudience: audience }] = await Promise.all([
    findServed(library.database.read, [id]),
    library.accounts.settings(),
  ]);
  const viewerId = actor?.accountId ?? null;
  if (!row || !maySee(row, viewerId, audience)) throw new Failure('not_found');
  return { row, shelf: { mine: row.account_id === viewerId, published: row.published_at !== null, audience } };
}

/** The full picture. A PNG gets its recipe written into it on the way out: at its birth the bytes are shared by content, the recipe is not. */
export async function sendFile(library: Library, call: ByteCall, id: string, download: boolean): Promise<FastifyReply> {
  const { row, shelf } = await findShown(library, id, call.actor);
  const chunks = chunksOf(row, shelf.mine);
  const etag = `"${row.sha256}${chunks === null ? '' : shelf.mine ? '-r' : '-p'}"`;
  const fileName = `${baseName(row)}.${extensionOf(row.media_type)}`;
  call.reply.headers({
    ...guard,
    ...cacheHeaders(shelf),
    etag,
    ...(download ? { 'content-disposition': attachment(fileName) } : {}),
  });
  if (isFresh(call.request.headers['if-none-match'], etag)) return call.reply.code(304).send();
  // The address opens the original for whoever holds it, so only its owner is given one. A recipe is written on the way out.
  if (shelf.mine && !(download && chunks !== null)) {
    const led = await leadToBucket(library, call.reply, row.storage_key, {
      mediaType: row.media_type,
      ...(download ? { fileName } : {}),
    });
    if (led) return call.reply;
  }
  const opened = await openOriginal(library, row, chunks);
  return call.reply.type(row.media_type).header('content-length', opened.sizeBytes).send(opened.stream);
}

/**
 * Redirects to a short-lived address of the bucket and says so; false where this installation has none, and the bytes go
 * through the API. It cannot answer with the reply, which is thenable: awaited, it becomes nothing.
 */
export async function leadToBucket(
  library: Library,
  reply: FastifyReply,
  key: string,
  what: { mediaType: string; fileName?: string },
): Promise<boolean> {
  if (!library.limits.signedReads) return false;
  const url = await library.storage.signedUrl(key, { ...signed, ...what });
  if (url === null) return false;
  void reply.removeHeader('etag').header('cache-control', `private, max-age=${redirectSeconds}`).redirect(url, 302);
  return true;
}

/** The text chunks of a PNG with a recipe; null for every other picture. */
export function chunksOf(row: Pick<ServedRow, 'id' | 'media_type' | 'recipe'>, mine: boolean): Buffer | null {
  const recipe = recipeFor(row, mine);
  return row.media_type === 'image/png' && recipe !== null ? recipeChunks({ id: row.id, recipe }) : null;
}

export async function openOriginal(library: Library, row: Pick<ServedRow, 'storage_key'>, chunks: Buffer | null) {
  const opened = await library.storage.get(row.storage_key);
  if (!opened) throw new Error(`Storage has nothing under ${row.storage_key}, which an image names`);
  if (chunks === null) return opened;
  const written = opened.stream.pipe(insertChunks(chunks));
  // A pipe hands on bytes, not ends: a broken file must break the answer, and a closed answer must close the file.
  opened.stream.once('error', (error) => written.destroy(error));
  written.once('close', () => opened.stream.destroy());
  return { stream: written, sizeBytes: opened.sizeBytes + chunks.length };
}

export { guard as byteHeaders };
