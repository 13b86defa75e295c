import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DiffusionError } from '../failure.ts';
import { makeClipTokenizer } from './clip-tokenizer.ts';
import type { ClipVocabulary } from './clip-tokenizer.ts';
import type { Tokenizer } from './tokenizer.ts';

const SpecialToken = z
  .union([z.string(), z.object({ content: z.string() })])
  .transform((token) => (typeof token === 'string' ? token : token.content))
  .nullish()
  .transform((token) => token ?? undefined);

const SpecialTokens = z.object({
  bos_token: SpecialToken,
  eos_token: SpecialToken,
  pad_token: SpecialToken,
  unk_token: SpecialToken,
});
const Config = SpecialTokens.extend({
  tokenizer_class: z.string().nullish(),
  model_max_length: z.number().nullish(),
  added_tokens_decoder: z.record(z.string(), z.unknown()).optional(),
});

/** A vocabulary of 50,000 tokens is checked by hand: a schema would take longer than the rest of the reading. */
const Vocabulary = z.custom<Record<string, number>>(
  (value) => typeof value === 'object' && value !== null && Object.values(value).every((id) => Number.isSafeInteger(id)),
  'must hold a whole number for each token',
);
const Pair = z.union([z.string(), z.tuple([z.string(), z.string()]).transform((pair) => pair.join(' '))]);
const TokenizerFile = z.object({
  model: z.object({
    type: z.literal('BPE'),
    end_of_word_suffix: z.literal('</w>'),
    vocab: Vocabulary,
    merges: z.array(Pair),
  }),
});

const clipWindow = 77;
// Folders saved without a length hold 10³⁰ for "none".
const longestWindow = 4096;

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new DiffusionError('model_invalid', `${path} cannot be read`, error);
  });
}

function parsed<T extends z.ZodType>(schema: T, text: string, path: string): z.infer<T> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new DiffusionError('model_invalid', `${path} is not what a CLIP tokenizer has there: ${why}`, error);
  }
}

async function readOptional<T extends z.ZodType>(schema: T, path: string): Promise<z.infer<T>> {
  return parsed(schema, (await readText(path)) ?? '{}', path);
}

async function readWords(folder: string): Promise<Pick<ClipVocabulary, 'vocab' | 'merges'>> {
  const [vocabPath, mergesPath, wholePath] = ['vocab.json', 'merges.txt', 'tokenizer.json'].map((name) => join(folder, name));
  const [vocab, merges] = await Promise.all([readText(vocabPath!), readText(mergesPath!)]);
  if (vocab !== undefined && merges !== undefined) {
    const lines = merges.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#version'));
    return { vocab: parsed(Vocabulary, vocab, vocabPath!), merges: lines };
  }
  const whole = await readText(wholePath!);
  if (whole !== undefined) return parsed(TokenizerFile, whole, wholePath!).model;
  throw new DiffusionError('model_invalid', `${folder} has neither vocab.json with merges.txt nor tokenizer.json`);
}

/** Older folders name the padding of Stable Diffusion 2 in special_tokens_map.json only, which then wins, as in transformers. */
async function readSpecialTokens(folder: string): Promise<z.infer<typeof Config>> {
  const config = await readOptional(Config, join(folder, 'tokenizer_config.json'));
  if (config.added_tokens_decoder !== undefined) return config;
  const map = await readOptional(SpecialTokens, join(folder, 'special_tokens_map.json'));
  const named = Object.entries(map).filter(([, token]) => token !== undefined);
  return { ...config, ...Object.fromEntries(named) };
}

/**
 * Reads the CLIP tokenizer of a model folder (`tokenizer/`, `tokenizer_2/`): `vocab.json` and `merges.txt`, or
 * `tokenizer.json`, with `tokenizer_config.json` and `special_tokens_map.json` where present.
 * Throws `model_invalid` saying which file is missing or wrong, or that the folder holds another kind of tokenizer.
 */
export async function readClipTokenizer(folder: string): Promise<Tokenizer> {
  const config = await readSpecialTokens(folder);
  const kind = config.tokenizer_class ?? 'CLIPTokenizer';
  if (kind !== 'CLIPTokenizer' && kind !== 'CLIPTokenizerFast')
    throw new DiffusionError('model_invalid', `${folder} holds a ${kind}; this library reads CLIPTokenizer`);
  const length = config.model_max_length ?? clipWindow;
  return makeClipTokenizer({
    ...(await readWords(folder)),
    beginToken: config.bos_token,
    endToken: config.eos_token,
    padToken: config.pad_token,
    unknownToken: config.unk_token,
    windowLength: Number.isInteger(length) && length > 2 && length <= longestWindow ? length : clipWindow,
  });
}
