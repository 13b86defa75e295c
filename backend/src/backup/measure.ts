import { createHash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';

/** How long a stream was, and its hash, once it has been read to its end. */
export interface Measured {
  sizeBytes: number;
  sha256: string;
}

/** Passes bytes on and measures them. */
export function measuring(): { through: Transform; result(): Measured } {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const through = new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      sizeBytes += piece.length;
      done(null, piece);
    },
  });
  return { through, result: () => ({ sizeBytes, sha256: hash.digest('hex') }) };
}

/** Reads a stream to its end and keeps nothing of it. */
export async function measure(stream: Readable): Promise<Measured> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    hash.update(piece);
    sizeBytes += piece.length;
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}
