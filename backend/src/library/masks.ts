import type { Mask } from '@rendermart/contract';
import type { FastifyRequest } from 'fastify';
import { type Actor, Failure, type Reader, type Tx } from '../platform/index.ts';
import type { Library } from './context.ts';
import { findMask, insertMask } from './masks-store.ts';
import { type SourcePicture, type StoredPicture, findSource, readStored } from './originals.ts';
import { receivePicture } from './uploads.ts';

/**
 * Keeps a mask for an image that its sender may draw from. Fails as an upload does, with `not_found`, or with
 * `mask_size_differs`; then nothing names what was stored, and it is swept.
 */
export async function uploadMask(library: Library, actor: Actor, imageId: string, request: FastifyRequest): Promise<Mask> {
  const { accountId } = actor;
  const image = await findSource(library.database.read, accountId, imageId);
  if (!image) throw new Failure('not_found');
  return receivePicture(library, actor, request, async (stored) => {
    const { width, height } = stored;
    if (width !== image.width || height !== image.height) {
      const sizes = `The mask has ${width} × ${height} pixels, the image ${image.width} × ${image.height}.`;
      throw new Failure('mask_size_differs', { message: `${sizes} Nothing was stored. Send one of the image’s size.` });
    }
    return { id: await library.database.tx((tx) => addMask(library, tx, accountId, imageId, stored)), imageId, width, height };
  });
}

async function addMask(library: Library, tx: Tx, accountId: string, imageId: string, stored: StoredPicture): Promise<string> {
  await library.accounts.requireActive(tx, accountId);
  const id = library.ids.next();
  if (!(await insertMask(tx, { id, imageId, accountId, stored, now: library.clock.now() })))
    throw new Error(`The stored mask ${stored.blobId} was swept before a row named it; store it again`);
  return id;
}

/** Whether `openMask` would give one. */
export async function readableMask(reader: Reader, accountId: string, maskId: string, imageId: string): Promise<boolean> {
  return (await findMask(reader, maskId, imageId, accountId)) !== undefined;
}

/** The bytes of an own mask for an image; null when there is none. */
export async function openMask(
  library: Library,
  accountId: string,
  maskId: string,
  imageId: string,
): Promise<SourcePicture | null> {
  const row = await findMask(library.database.read, maskId, imageId, accountId);
  return row ? readStored(library, row) : null;
}
