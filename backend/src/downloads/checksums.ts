import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/**
 * Whether a file has the content that its source named. Git's ids of small files are SHA-1 over a header and the
 * content; they prove against accidents, as SHA-256 does for the large ones, which are the networks.
 * @param checksum `sha256:<hex>` or `git:<hex>`
 */
export async function hasChecksum(path: string, checksum: string, signal: AbortSignal): Promise<boolean> {
  const [kind, expected] = checksum.split(':');
  const digest = createHash(kind === 'git' ? 'sha1' : 'sha256');
  if (kind === 'git') digest.update(`blob ${(await stat(path)).size}\0`);
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), digest, { signal });
  return digest.digest('hex') === expected;
}
