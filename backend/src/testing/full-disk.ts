import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { type Storage, refuseFull } from '../platform/index.ts';

/** A storage whose disk can run out of space. */
export interface FillableStorage extends Storage {
  full: boolean;
}

/**
 * Lets a test fill the disk: writes then go to /dev/full, where Linux's own ENOSPC comes from; elsewhere the error is made here.
 * Everything else, reading included, goes on.
 */
export function makeFillable(storage: Storage): FillableStorage {
  const guarded =
    <Given extends unknown[]>(write: (...given: Given) => Promise<void>) =>
    async (...given: Given) =>
      fillable.full ? writeToFullDisk().catch(refuseFull) : write(...given);
  const fillable: FillableStorage = {
    ...storage,
    full: false,
    put: guarded((key, bytes, mediaType) => storage.put(key, bytes, mediaType)),
    putStream: guarded((key, stream, mediaType) => storage.putStream(key, stream, mediaType)),
    putDerived: guarded((key, bytes, mediaType) => storage.putDerived(key, bytes, mediaType)),
  };
  return fillable;
}

async function writeToFullDisk(): Promise<void> {
  if (existsSync('/dev/full')) return writeFile('/dev/full', 'one byte too many');
  throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}
