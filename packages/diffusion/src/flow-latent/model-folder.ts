import { join, resolve } from 'node:path';
import { DiffusionError } from '../failure.ts';
import { verifyFiles } from '../checksums.ts';
import { sizeOfFile } from '../files.ts';
import { readManifestJson } from '../manifest-json.ts';
import { readLicenceText } from '../licence.ts';
import type { Model, ModelDescription, ModelWords } from '../model.ts';
import { readManifest } from './manifest.ts';
import type { ModelManifest } from './manifest.ts';
import { readPrompt } from './reading.ts';
import { suggestWords } from './suggestions.ts';
import { readVocabulary } from './vocabulary.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A folder of our own format: its manifest and vocabulary are read, its weights are not. */
export interface FlowLatentModel extends Model {
  manifest: ModelManifest;
  words: ModelWords;
}

function networkFiles({ files }: ModelManifest): string[] {
  return [files.denoiser, files.decoder, ...(files.encoder === undefined ? [] : [files.encoder])];
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

function describe(manifest: ModelManifest, licenceText: string | undefined): ModelDescription {
  const { sampling, capabilities, picture } = manifest;
  const { steps, guidance } = sampling;
  return {
    kind: 'flow-latent',
    id: manifest.id,
    name: manifest.name,
    licence: { id: manifest.license, text: licenceText },
    size: { kind: 'fixed', width: picture.width, height: picture.height },
    steps: { min: steps.min, max: steps.max, default: sampling.defaultSteps },
    guidanceScale: { min: guidance.min, max: guidance.max, default: guidance.default },
    negativePrompt: capabilities.negativePrompt,
    imageToImage: capabilities.imageToImage,
    inpaint: false,
    transparentBackground: capabilities.transparentBackground,
    maxBatch: capabilities.maxBatch,
    live: capabilities.live ?? false,
    schedulers: [],
    clipSkip: null,
    promptWeights: false,
    precision: 'float32',
    notes: [],
    ...(manifest.upscaler !== undefined && { upscaler: manifest.upscaler }),
  };
}

/**
 * Reads a folder of our own format: `manifest.json`, the vocabulary, and that every file it names is there.
 * Throws `model_invalid` saying which part is missing or wrong. Weights are checked by `verifyChecksums` and when they are loaded.
 */
export async function readFlowLatentFolder(path: string): Promise<FlowLatentModel> {
  const folder = resolve(path);
  const manifest = readManifest(await readManifestJson(folder, 'manifest.json'), join(folder, 'manifest.json'));
  const source = join(folder, manifest.files.vocabulary);
  const vocabulary = readVocabulary(await readManifestJson(folder, manifest.files.vocabulary), source);
  assertSameTokens(folder, manifest, vocabulary);
  const sizes = await Promise.all(networkFiles(manifest).map((name) => sizeOfFile(folder, name, 'manifest.json names it')));
  return {
    folder,
    description: describe(manifest, await readLicenceText(folder)),
    manifest,
    weightsBytes: sizes.reduce((sum, size) => sum + size, 0),
    words: {
      vocabulary,
      read: (prompt) => readPrompt(vocabulary, prompt),
      suggest: (prefix, locale) => suggestWords(vocabulary, prefix, locale),
    },
  };
}

/**
 * Compares the networks and the vocabulary with `checksums.txt` (the form of `sha256sum`), when the folder has one.
 * Throws `model_invalid` for a file that differs, which is how a truncated download shows.
 */
export function verifyChecksums({ folder, manifest }: Pick<FlowLatentModel, 'folder' | 'manifest'>): Promise<void> {
  return verifyFiles(folder, [...networkFiles(manifest), manifest.files.vocabulary]);
}
