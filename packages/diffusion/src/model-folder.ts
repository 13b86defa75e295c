import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DiffusionError } from './failure.ts';
import { readManifest } from './manifest.ts';
import type { ModelManifest } from './manifest.ts';
import { readPrompt } from './reading.ts';
import type { PromptReading } from './reading.ts';
import { suggestWords } from './suggestions.ts';
import { readVocabulary } from './vocabulary.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A model on disk: its manifest and vocabulary are read, its weights are not. */
export interface Model {
  folder: string;
  manifest: ModelManifest;
  vocabulary: Vocabulary;
  /** What its networks take on disk, which is about what they take in memory. */
  weightsBytes: number;
  /** How each word of a prompt is understood. */
  read(prompt: string): PromptReading;
  /** Things and words that begin with `prefix`. */
  suggest(prefix: string, locale: string): string[];
}

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** A JSON file of a model folder. Throws `model_invalid` when it is missing or none. */
export async function readJson(folder: string, name: string): Promise<unknown> {
  const path = join(folder, name);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const why = isMissing(error) ? 'is missing' : 'cannot be read';
    throw new DiffusionError(
      'model_invalid',
      `${path} ${why}. A model folder holds manifest.json and the files it names.`,
      error,
    );
  });
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DiffusionError(
      'model_invalid',
      `${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      error,
    );
  }
}

function networkFiles({ files }: ModelManifest): string[] {
  return [files.denoiser, files.decoder, ...(files.encoder === undefined ? [] : [files.encoder])];
}

/** Bytes of a file that a manifest names. Throws `model_invalid` when it is missing or empty. */
export async function sizeOf(folder: string, name: string): Promise<number> {
  const path = join(folder, name);
  const status = await stat(path).catch((error: unknown) => {
    throw new DiffusionError('model_invalid', `${path} is missing: manifest.json names it`, error);
  });
  if (!status.isFile() || status.size === 0) throw new DiffusionError('model_invalid', `${path} is empty or not a file`);
  return status.size;
}

/** Tokens of a vocabulary and of a manifest must be the same, or prompts would be read as other words. */
function assertSameTokens(folder: string, { text }: ModelManifest, vocabulary: Vocabulary): void {
  for (const key of ['maxTokens', 'pad', 'empty'] as const) {
    if (text[key] === vocabulary[key]) continue;
    throw new DiffusionError(
      'model_invalid',
      `${folder}: text.${key} is ${text[key]} in the manifest and ${vocabulary[key]} in the vocabulary`,
    );
  }
}

/**
 * Reads a model folder: `manifest.json`, the vocabulary, and that every file it names is there.
 * Throws `model_invalid` saying which part is missing or wrong. Weights are checked by `verifyChecksums` and when they are loaded.
 */
export async function readModelFolder(path: string): Promise<Model> {
  const folder = resolve(path);
  const manifest = readManifest(await readJson(folder, 'manifest.json'), join(folder, 'manifest.json'));
  const source = join(folder, manifest.files.vocabulary);
  const vocabulary = readVocabulary(await readJson(folder, manifest.files.vocabulary), source);
  assertSameTokens(folder, manifest, vocabulary);
  const sizes = await Promise.all(networkFiles(manifest).map((name) => sizeOf(folder, name)));
  return {
    folder,
    manifest,
    vocabulary,
    weightsBytes: sizes.reduce((sum, size) => sum + size, 0),
    read: (prompt) => readPrompt(vocabulary, prompt),
    suggest: (prefix, locale) => suggestWords(vocabulary, prefix, locale),
  };
}

async function sha256OfFile(path: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), digest);
  return digest.digest('hex');
}

/**
 * Compares the networks and the vocabulary with `checksums.txt` (the form of `sha256sum`), when the folder has one.
 * Throws `model_invalid` for a file that differs, which is how a truncated download shows.
 */
export function verifyChecksums({ folder, manifest }: Pick<Model, 'folder' | 'manifest'>): Promise<void> {
  return verifyFiles(folder, [...networkFiles(manifest), manifest.files.vocabulary]);
}

/** The same for files of any folder. Names that `checksums.txt` does not list are not compared. */
export async function verifyFiles(folder: string, names: readonly string[]): Promise<void> {
  const text = await readFile(join(folder, 'checksums.txt'), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return '';
    throw error;
  });
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
