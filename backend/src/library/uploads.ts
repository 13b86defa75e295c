import type { Readable } from 'node:stream';
import type { Image } from '@rendermart/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Actor, Failure } from '../platform/index.ts';
import type { Library } from './context.ts';
import { readImage } from './images.ts';
import { hashBeforeDownload } from './downloaded.ts';
import { type UploadedPicture, addUpload, keep } from './originals.ts';
import { decodePicture, rewritePicture } from './pictures.ts';
import { type ReceivedFile, receiveFile, removeAbandonedFiles } from './received.ts';

const uploadPaths = ['/api/images', '/api/images/:id/masks'];
const pictureTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/avif'];

/**
 * Lets pictures arrive as a stream, on the upload routes only. Everything else stays under the server's small limit for bodies,
 * and a picture sent to another route is an unsupported media type.
 */
export function acceptUploads(server: FastifyInstance): void {
  server.addHook('onReady', () => removeAbandonedFiles());
  server.addContentTypeParser(pictureTypes, async (request: FastifyRequest, payload: Readable) => {
    if (!uploadPaths.includes(request.routeOptions.url ?? '')) throw new Failure('unsupported_media_type');
    return payload;
  });
}

/** Keeps a picture that a person sent. Nothing is stored of a file that is refused. */
export function uploadImage(library: Library, actor: Actor, request: FastifyRequest): Promise<Image> {
  return receivePicture(library, actor, request, async (stored) => {
    const id = await library.database.tx(async (tx) => {
      // Receiving takes its time, in which an account may have been closed and emptied.
      await library.accounts.requireActive(tx, actor.accountId);
      return addUpload(library, tx, actor.accountId, stored);
    });
    return readImage(library, actor, id);
  });
}

/** Receives, checks and stores a picture, and hands it to who names it. What is not named is swept. */
export async function receivePicture<Named>(
  library: Library,
  { accountId }: Actor,
  request: FastifyRequest,
  name: (stored: UploadedPicture) => Promise<Named>,
): Promise<Named> {
  let received: ReceivedFile | undefined;
  let leave = () => {};
  try {
    leave = library.receiving.take(accountId, declaredBytesOf(request));
    received = await receiveFile(request, bodyOf(request), library.limits.uploadBytes);
    return await name(await storeUpload(library, received.path));
  } catch (error) {
    if (error instanceof Failure) library.metrics.refusedUploads.inc({ code: error.code });
    throw error;
  } finally {
    await received?.remove();
    leave();
  }
}

function declaredBytesOf({ headers }: FastifyRequest): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

function bodyOf(request: FastifyRequest): Readable {
  const body = request.body as Readable | undefined;
  if (typeof body?.pipe === 'function') return body;
  throw new Failure('unsupported_media_type', {
    message: `Send the picture itself as the body, with one of these types: ${pictureTypes.join(', ')}.`,
  });
}

/** The bytes stay as they were sent, except when they tell where the picture was taken or must be turned to stand upright. */
async function storeUpload(library: Library, file: string): Promise<UploadedPicture> {
  const { imagePixels } = library.limits;
  const [kept, decoded] = await library.decoding(async () => {
    const sent = await decodePicture(file, imagePixels);
    if (!sent.needsRewrite) return [file, sent] as const;
    const rewritten = `${file}-upright`;
    await rewritePicture(file, rewritten, sent.mediaType, imagePixels);
    return [rewritten, await decodePicture(rewritten, imagePixels)] as const;
  });
  return { ...(await keep(library, kept, decoded)), downloadedSha256: await hashBeforeDownload(file) };
}
