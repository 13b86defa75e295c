import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readStart } from './file-start.ts';
import { chunkKeyword, headBytes } from './png-text.ts';

/** More than the two longest prompts take, twice, in any script. */
const readBytes = 256 * 1024;

/**
 * The SHA-256 of a PNG as it was before its recipe was written into it, when it was downloaded here: the recipe differs, the picture is
 * the same. Null for every other file.
 */
export async function hashBeforeDownload(file: string): Promise<string | null> {
  const head = await readStart(file, readBytes);
  const end = endOfRecipe(head);
  if (end === null) return null;
  const hash = createHash('sha256').update(head.subarray(0, headBytes));
  for await (const piece of createReadStream(file, { start: end }) as AsyncIterable<Buffer>) hash.update(piece);
  return hash.digest('hex');
}

/** Pure: where the chunks end that `recipeChunks` made; null when the file does not begin with them. */
export function endOfRecipe(head: Buffer): number | null {
  if (head.toString('latin1', 1, 4) !== 'PNG') return null;
  let at = headBytes;
  for (const keyword of ['parameters', 'rendermart']) {
    if (chunkKeyword(head, at) !== keyword) return null;
    at += 12 + head.readUInt32BE(at);
  }
  return at;
}
