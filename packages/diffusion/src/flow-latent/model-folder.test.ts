import { createHash } from 'node:crypto';
import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFlowLatentFolder, verifyChecksums } from './model-folder.ts';
import { loadNetworks } from './networks.ts';
import { copyModel, stickerModel, tinyModel } from '../testing/models.ts';
import type { LooseManifest } from '../testing/models.ts';

describe('readFlowLatentFolder', () => {
  it('reads manifest, vocabulary and the weight on disk', async () => {
    const model = await readFlowLatentFolder(tinyModel);
    expect(model.manifest.id).toBe('tiny');
    expect(model.weightsBytes).toBeGreaterThan(2000);
    expect(model.words.read('a red').coverage).toBe(1);
  });

  it.each(['manifest.json', 'vocabulary.json', 'denoiser.onnx', 'decoder.onnx', 'encoder.onnx'])(
    'says that %s is missing',
    async (name) => {
      await using copy = await copyModel();
      await rm(join(copy.folder, name));
      await expect(readFlowLatentFolder(copy.folder)).rejects.toMatchObject({
        code: 'model_invalid',
        message: expect.stringMatching(new RegExp(`${name} is missing`)),
      });
    },
  );

  it.each<[string, (manifest: LooseManifest) => unknown, RegExp]>([
    [
      'another format',
      (manifest) => (manifest['format'] = 'rendermart-flow-latent/2'),
      /"rendermart-flow-latent\/2".*reads "rendermart-flow-latent\/1"/,
    ],
    ['no format', (manifest) => delete manifest['format'], /no "format"/],
    ['a path that leaves the folder', (manifest) => (manifest.files['denoiser'] = '../x.onnx'), /files\.denoiser/],
    ['a key with a typing error', (manifest) => (manifest.sampling['defaultStep'] = 3), /defaultStep/],
    ['default steps out of range', (manifest) => (manifest.sampling['defaultSteps'] = 2000), /defaultSteps lies outside/],
    ['image-to-image without encoder', (manifest) => delete manifest.files['encoder'], /needs files\.encoder/],
    ['half of the late guidance', (manifest) => (manifest.sampling.guidance['lateScale'] = 2), /lateScale and lateFrom together/],
    [
      'another token length than the vocabulary',
      (manifest) => (manifest.text['maxTokens'] = 5),
      /text\.maxTokens is 5 in the manifest and 3/,
    ],
  ])('refuses %s', async (_, edit, message) => {
    await using copy = await copyModel();
    await copy.editManifest(edit);
    await expect(readFlowLatentFolder(copy.folder)).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringMatching(message),
    });
  });

  it('says where JSON is broken', async () => {
    await using copy = await copyModel();
    await writeFile(join(copy.folder, 'manifest.json'), '{"format": ');
    await expect(readFlowLatentFolder(copy.folder)).rejects.toThrow(/manifest\.json is not JSON/);
  });

  it('keeps unknown keys under extra', async () => {
    await using copy = await copyModel();
    await copy.editManifest((manifest) => (manifest['extra'] = { trainedOn: 'stickers' }));
    expect((await readFlowLatentFolder(copy.folder)).manifest.extra).toEqual({ trainedOn: 'stickers' });
  });
});

describe('verifyChecksums', () => {
  it('accepts the model that ships', async () => {
    await expect(verifyChecksums(await readFlowLatentFolder(stickerModel))).resolves.toBeUndefined();
  });

  it('finds a truncated file', async () => {
    await using copy = await copyModel();
    const digest = createHash('sha256')
      .update(await readFile(join(copy.folder, 'denoiser.onnx')))
      .digest('hex');
    await writeFile(join(copy.folder, 'checksums.txt'), `${digest}  denoiser.onnx\n`);
    const model = await readFlowLatentFolder(copy.folder);
    await expect(verifyChecksums(model)).resolves.toBeUndefined();
    await truncate(join(copy.folder, 'denoiser.onnx'), 1000);
    await expect(verifyChecksums(model)).rejects.toThrow(/denoiser\.onnx does not match checksums\.txt/);
  });
});

describe('loadNetworks', () => {
  it.each<[string, (manifest: LooseManifest) => unknown, RegExp]>([
    [
      'another latent size',
      (manifest) => (manifest.latent['size'] = 65),
      /denoiser\.onnx has the shape \[batch, 64\] for "z", the manifest says \[batch, 65\]/,
    ],
    [
      'another picture size',
      (manifest) => (manifest.picture['height'] = 8),
      /decoder\.onnx has the shape \[batch, 4, 4, 4\] for "rgba"/,
    ],
    [
      'networks in each other’s place',
      (manifest) => (manifest.files['denoiser'] = 'decoder.onnx'),
      /decoder\.onnx has no "z" \(it has "x"\)/,
    ],
  ])('refuses %s', async (_, edit, message) => {
    await using copy = await copyModel();
    await copy.editManifest(edit);
    const model = await readFlowLatentFolder(copy.folder);
    await expect(loadNetworks(model, { threads: 1, providers: ['cpu'] })).rejects.toMatchObject({
      code: 'model_invalid',
      message: expect.stringMatching(message),
    });
  });

  it('says that a file is truncated, without checksums', async () => {
    await using copy = await copyModel();
    await truncate(join(copy.folder, 'denoiser.onnx'), 1000);
    await expect(loadNetworks(await readFlowLatentFolder(copy.folder), { threads: 1, providers: ['cpu'] })).rejects.toThrow(
      /denoiser\.onnx cannot be loaded: it is truncated/,
    );
  });
});
