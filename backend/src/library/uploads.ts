import type { Readable } from 'node:stream';
import type { Image } from '@rendermart/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Actor, Failure } from '../platform/index.ts';
import type { Library } from './context.ts';
import { readImage } from './images.ts';
import { type StoredPicture, addUpload, keep } from './originals.ts';
import { decodePicture, rewritePicture } from './pictures.ts';

const uploadPath = '/api/images';
const pictureTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/avif'];
const silenceMs = 30_000;

/**
 * Lets pictures arrive as a stream, on the upload route only. Everything else stays under the server's small limit for bodies,
 * and a picture sent to another route is an unsupported media type.
 */
export function acceptUploads(server: FastifyInstance): void {
  server.addContentTypeParser(pictureTypes, async (request: FastifyRequest, payload: Readable) => {
    if (request.routeOptions.url !== uploadPath) throw new Failure('unsupported_media_type');
    return payload;
  });
}

/** Keeps a picture that a person sent. Nothing is stored of a file that is refused. */
export async function uploadImage(library: Library, actor: Actor, request: FastifyRequest): Promise<Image> {
  try {
    const stored = await storeUpload(library, await readBody(request, library.limits.uploadBytes));
    const id = await library.database.tx((tx) => addUpload(library, tx, actor.accountId, stored));
    return await readImage(library, actor, id);
  } catch (error) {
    if (error instanceof Failure) library.metrics.refusedUploads.inc({ code: error.code });
    throw error;
  }
}

/** The bytes stay as they were sent, except when they tell where the picture was taken or must be turned to stand upright. */
async function storeUpload(library: Library, bytes: Buffer): Promise<StoredPicture> {
  const { imagePixels } = library.limits;
  const [kept, decoded] = await library.decoding(async () => {
    const sent = await decodePicture(bytes, imagePixels);
    if (!sent.needsRewrite) return [bytes, sent] as const;
    const rewritten = await rewritePicture(bytes, sent.mediaType, imagePixels);
    return [rewritten, await decodePicture(rewritten, imagePixels)] as const;
  });
  return keep(library, kept, decoded);
}

/** Reads at most `maxBytes` and refuses the rest while it arrives. A known length takes exactly its memory, once. */
async function readBody(request: FastifyRequest, maxBytes: number): Promise<Buffer> {
  const stream = request.body as Readable | undefined;
  if (typeof stream?.pipe !== 'function')
    throw new Failure('unsupported_media_type', {
      message: `Send the picture itself as the body, with one of these types: ${pictureTypes.join(', ')}.`,
    });
  const announced = Number(request.headers['content-length'] ?? NaN);
  if (announced > maxBytes) throw tooManyBytes(stream, maxBytes);
  const whole = Number.isInteger(announced) ? Buffer.allocUnsafe(announced) : null;
  const pieces: Buffer[] = [];
  let length = 0;
  // A sender that falls silent must not keep its place for ever.
  const { socket } = request.raw;
  const giveUp = () => void request.raw.destroy();
  socket.setTimeout(silenceMs, giveUp);
  try {
    for await (const piece of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      if (length + piece.length > maxBytes) throw tooManyBytes(stream, maxBytes);
      if (whole) piece.copy(whole, length);
      else pieces.push(piece);
      length += piece.length;
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('image_not_readable', {
      message: 'The upload broke off before the file was complete. Nothing was stored. Send it again.',
      cause: error,
    });
  } finally {
    // The connection lives on for other requests; so the listener goes with the limit.
    socket.setTimeout(0, giveUp);
  }
  return whole ?? Buffer.concat(pieces, length);
}

/** What is still arriving is thrown away, so that the sender reads the answer instead of meeting a closed door; but not without end. */
function tooManyBytes(stream: Readable, maxBytes: number): Failure {
  let ignored = 0;
  stream.on('data', (piece: Buffer) => {
    ignored += piece.length;
    if (ignored > 4 * maxBytes) stream.destroy();
  });
  stream.on('error', () => {});
  stream.resume();
  return new Failure('image_too_large', {
    message: `The file is larger than the ${Math.floor(maxBytes / 1_048_576)} MB that are accepted. Nothing was stored. Send a smaller one.`,
  });
}
