import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DiffusionError } from './failure.ts';
import { readTextIfAny } from './files.ts';

async function sha256OfFile(path: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), digest);
  return digest.digest('hex');
}

/**
 * Compares files with `checksums.txt` (the form of `sha256sum`), when the folder has one. Names that it does not list are
 * not compared. Throws `model_invalid` for a file that differs.
 */
export async function verifyFiles(folder: string, names: readonly string[]): Promise<void> {
  const text = (await readTextIfAny(folder, 'checksums.txt')) ?? '';
  for (const line of text.split('\n')) {
    const [, expected, name] = /^([0-9a-f]{64}) [ *](?:\.\/)?(.+?)\r?$/.exec(line) ?? [];
    if (expected === undefined || name === undefined || !names.includes(name)) continue;
    if ((await sha256OfFile(join(folder, name))) === expected) continue;
    throw new DiffusionError(
      'model_invalid',
      `${join(folder, name)} does not match checksums.txt: it is truncated or altered. Copy the file again.`,
    );
  }
}
