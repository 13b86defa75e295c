import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { byteLetters, wordEnd } from '../tokenizers/byte-pairs.ts';
import type { ClipVocabulary } from '../tokenizers/clip-tokenizer.ts';

const published = new URL('../../test/tokenizers/bpe_simple_vocab_16e6.txt.gz', import.meta.url);

// CLIP's own table begins with the printable letters, and has those that stand for other bytes after them.
const letters = byteLetters.toSorted((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);

/** CLIP's real vocabulary, as every Stable Diffusion folder has it, from the list of merges that OpenAI published (MIT). */
export async function realClipVocabulary(): Promise<ClipVocabulary> {
  const merges = gunzipSync(await readFile(published))
    .toString()
    .split('\n')
    .slice(1, 49_152 - 256 - 2 + 1);
  const tokens = [
    ...letters,
    ...letters.map((letter) => letter + wordEnd),
    ...merges.map((pair) => pair.replace(' ', '')),
    '<|startoftext|>',
    '<|endoftext|>',
  ];
  return { vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges };
}
