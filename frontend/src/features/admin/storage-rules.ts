import type { StorageReport } from '@rendermart/contract';

// A thousand pictures of usual size, thumbnails included, with some room for the database beside them.
const lowBytes = 5_000_000_000;

/** Buckets have no end, or do not tell. */
export const isSpaceLow = (freeBytes: number | null): freeBytes is number => freeBytes !== null && freeBytes < lowBytes;

/** How many more images of the size that is usual here have room; null while nobody can know. Two digits are all that this is worth. */
export function roomForImages({
  images,
  sizeBytes,
  freeBytes,
}: Pick<StorageReport, 'images' | 'sizeBytes' | 'freeBytes'>): number | null {
  if (freeBytes === null || images === 0 || sizeBytes === 0) return null;
  return Number((freeBytes / (sizeBytes / images)).toPrecision(2));
}
