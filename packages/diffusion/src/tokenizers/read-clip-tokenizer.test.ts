import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiffusionError } from '../failure.ts';
import { readClipTokenizer } from './read-clip-tokenizer.ts';

const vocab = { '!': 0, a: 1, 'b</w>': 2, 'ab</w>': 3, '<|startoftext|>': 4, '<|endoftext|>': 5 };
const merges = '#version: 0.2\na b</w>\n';
const model = { type: 'BPE', end_of_word_suffix: '</w>', vocab, merges: [['a', 'b</w>']] };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokenizer-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function fill(files: Record<string, unknown>) {
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
}

describe('readClipTokenizer', () => {
  it('reads vocab.json and merges.txt, and takes what CLIP has for the rest', async () => {
    await fill({ 'vocab.json': vocab, 'merges.txt': merges });
    const tokenizer = await readClipTokenizer(folder);
    expect(tokenizer.encode('ab')).toEqual([3]);
    expect(tokenizer).toMatchObject({ beginId: 4, endId: 5, padId: 5, windowLength: 77 });
  });

  it.each([
    ['pairs', model],
    ['texts', { ...model, merges: ['a b</w>'] }],
  ])('reads tokenizer.json with merges as %s', async (_, whole) => {
    await fill({ 'tokenizer.json': { version: '1.0', model: whole } });
    expect((await readClipTokenizer(folder)).encode('ab')).toEqual([3]);
  });

  it('pads as special_tokens_map.json says in folders of old, and as tokenizer_config.json says in new ones', async () => {
    const config = { pad_token: '<|endoftext|>', model_max_length: 16 };
    await fill({ 'vocab.json': vocab, 'merges.txt': merges, 'special_tokens_map.json': { pad_token: { content: '!' } } });
    await fill({ 'tokenizer_config.json': config });
    expect(await readClipTokenizer(folder)).toMatchObject({ padId: 0, windowLength: 16 });
    await fill({ 'tokenizer_config.json': { ...config, added_tokens_decoder: {}, model_max_length: 1e30 } });
    expect(await readClipTokenizer(folder)).toMatchObject({ padId: 5, windowLength: 77 });
  });

  it.each([
    ['nothing', {}, /neither vocab.json with merges.txt nor tokenizer.json/],
    ['half of it', { 'vocab.json': vocab }, /neither/],
    ['a truncated vocabulary', { 'vocab.json': '{"a": 1, "b', 'merges.txt': merges }, /vocab\.json is not what/],
    ['texts for ids', { 'vocab.json': { a: '1' }, 'merges.txt': merges }, /whole number for each token/],
    ['a tokenizer of another kind', { 'tokenizer_config.json': { tokenizer_class: 'T5Tokenizer' } }, /holds a T5Tokenizer/],
    ['a model of another kind', { 'tokenizer.json': { model: { ...model, type: 'Unigram' } } }, /model\.type/],
    [
      'a special token that is none',
      { 'vocab.json': vocab, 'merges.txt': merges, 'tokenizer_config.json': { pad_token: 'x' } },
      /token "x"/,
    ],
  ])('refuses a folder with %s', async (_, files, reason) => {
    await fill(files);
    const reading = readClipTokenizer(folder);
    await expect(reading).rejects.toThrow(DiffusionError);
    await expect(reading).rejects.toThrow(reason);
  });
});
