import { randomFillSync } from 'node:crypto';

/** Makes ids. A fake one in tests makes them predictable. */
export interface Ids {
  /** A UUID version 7 (RFC 9562): grows with time, so that new rows land at the end of an index. */
  next(): string;
}

const randomBytesEach = 10;
// Asking the system for random bytes costs the same for ten as for thousands, so they are fetched for many ids at once.
const pool = Buffer.alloc(randomBytesEach * 400);
let used = pool.length;

export const uuidV7: Ids = {
  next() {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += randomBytesEach;
    return makeUuidV7(Date.now(), pool.subarray(used - randomBytesEach, used));
  },
};

/** @param unixMs milliseconds since 1970 @param random 10 random bytes */
export function makeUuidV7(unixMs: number, random: Uint8Array): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(unixMs, 0, 6);
  bytes.set(random, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
