import { Failure } from '../platform/index.ts';
import type { LibraryLimits } from './context.ts';

/** How much this process is receiving. What arrives is on its disk, which ends a pod that fills it, with everybody's requests. */
export interface UploadPlaces {
  /**
   * Takes a place for a file, for as long as it is on the disk, and returns what gives the place back.
   * Throws `rate_limited` when the account, `unavailable` when the process is receiving as much as it may.
   * @param declaredBytes what the sender says it has; absent: as much as a file may have
   */
  take(accountId: string, declaredBytes: number | undefined): () => void;
}

/** A file, and one more where it is turned upright or loses its place. */
const copies = 2;

export function makeUploadPlaces(limits: Pick<LibraryLimits, 'uploadBytes' | 'receivingBytes' | 'uploadsAtOnce'>): UploadPlaces {
  const uploadsOf = new Map<string, number>();
  let taken = 0;
  return {
    take(accountId, declaredBytes = limits.uploadBytes) {
      const own = uploadsOf.get(accountId) ?? 0;
      if (own >= limits.uploadsAtOnce) throw tooManyOwn(own);
      const bytes = copies * Math.min(declaredBytes, limits.uploadBytes);
      if (taken + bytes > limits.receivingBytes) throw tooMuch();
      uploadsOf.set(accountId, own + 1);
      taken += bytes;
      return () => {
        taken -= bytes;
        const left = uploadsOf.get(accountId)! - 1;
        if (left === 0) uploadsOf.delete(accountId);
        else uploadsOf.set(accountId, left);
      };
    },
  };
}

const tooManyOwn = (own: number): Failure =>
  new Failure('rate_limited', {
    message: `${own} of your uploads are still arriving. Nothing of this one was stored. Send it when one of them is done.`,
    retryAfterMs: 2_000,
  });

const tooMuch = (): Failure =>
  new Failure('unavailable', {
    message: 'More pictures are arriving than this server can take at once. Nothing was stored. Send it again in a moment.',
    retryAfterMs: 5_000,
  });
