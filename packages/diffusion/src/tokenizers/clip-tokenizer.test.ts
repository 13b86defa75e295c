import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { DiffusionError } from '../failure.ts';
import { realClipVocabulary } from '../testing/clip-vocabulary.ts';
import { makeClipTokenizer } from './clip-tokenizer.ts';
import { chunkPrompts } from './prompt-chunks.ts';

/** What transformers makes of a text; `reference/tokenizer.py` says how it was recorded. */
interface Recorded {
  name: string;
  text: string;
  /** Without begin and end. */
  ids: number[];
  /** The window of 77 that the text encoder sees. */
  window: number[];
}

const recorded = new URL('../../test/tokenizers/clip.json', import.meta.url);
const { cases } = JSON.parse(await readFile(recorded, 'utf8')) as { cases: Recorded[] };
const vocabulary = await realClipVocabulary();
const tokenizer = makeClipTokenizer(vocabulary);

describe('the ids of transformers', () => {
  it.each(cases.map((text) => [text.name, text] as const))('%s', (_, { text, ids, window }) => {
    expect(tokenizer.encode(text)).toEqual(ids);
    const [chunks] = chunkPrompts(tokenizer, [[{ text, weight: 1 }]]);
    expect(chunks![0]!.ids).toEqual(window);
  });

  it('come again for a text that was read before', () => {
    const text = cases.map((known) => known.text).join(' ');
    expect(tokenizer.encode(text)).toEqual(makeClipTokenizer(vocabulary).encode(text));
  });
});

describe('a tokenizer', () => {
  it('spells its tokens', () => {
    expect(tokenizer.encode('astronauts').map((id) => tokenizer.token(id))).toEqual(['astronauts</w>']);
    expect(tokenizer.token(49_408)).toBeUndefined();
  });

  it('pads with the token that the folder names', () => {
    expect(tokenizer.padId).toBe(tokenizer.endId);
    expect(makeClipTokenizer({ ...vocabulary, padToken: '!' }).padId).toBe(0);
  });

  it('takes the unknown token for letters that a small vocabulary lacks', () => {
    const small = makeClipTokenizer({
      vocab: { a: 0, b: 1, 'b</w>': 2, 'ab</w>': 3, '<|startoftext|>': 4, '<|endoftext|>': 5 },
      merges: ['a b</w>'],
    });
    expect(small.encode('ab bb xb toString')).toEqual([3, 1, 2, 5, 2, ...Array<number>(8).fill(5)]);
  });

  it.each([
    ['lacks a special token', { vocab: { a: 0 }, merges: [] }, /lacks its token "<\|startoftext\|>"/],
    ['lacks a token that a merge makes', { ...vocabulary, merges: ['q zz'] }, /Merge 1 of the tokenizer, "q zz"/],
    ['has a merge of one part', { ...vocabulary, merges: ['cat'] }, /Merge 1/],
    ['has no token for padding', { ...vocabulary, padToken: 'toString' }, /lacks its token "toString"/],
  ])('refuses a vocabulary that %s', (_, broken, reason) => {
    expect(() => makeClipTokenizer(broken)).toThrow(DiffusionError);
    expect(() => makeClipTokenizer(broken)).toThrow(reason);
  });
});
