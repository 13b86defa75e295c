import { open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readFolder, readModelFolder } from '../families/families.ts';
import { makeNetwork } from '../testing/onnx.ts';
import type { TestNode, TestPort } from '../testing/onnx.ts';
import { makeReferenceModel } from '../testing/references.ts';

type Loose = Record<string, unknown>;

async function editJson(folder: string, name: string, edit: (json: Loose) => unknown): Promise<void> {
  const json = JSON.parse(await readFile(join(folder, name), 'utf8')) as Loose;
  edit(json);
  await writeFile(join(folder, name), JSON.stringify(json));
}

const refusal = (message: RegExp) => ({ code: 'model_invalid', message: expect.stringMatching(message) });

describe('a folder that lacks something', () => {
  it.each([
    'text_encoder/model.onnx',
    'unet/model.onnx',
    'vae_decoder/model.onnx',
    'unet/config.json',
    'vae_decoder/config.json',
    'text_encoder/config.json',
    'scheduler/scheduler_config.json',
    'tokenizer/vocab.json',
    'tokenizer/merges.txt',
  ])('%s', async (name) => {
    await using model = await makeReferenceModel('sd15', [name]);
    await expect(readModelFolder(model.folder)).rejects.toMatchObject(refusal(new RegExp(`${name} is missing`)));
  });

  it('an encoder draws from text only', async () => {
    await using model = await makeReferenceModel('sd15', ['vae_encoder/model.onnx']);
    const { description } = await readModelFolder(model.folder);
    expect(description).toMatchObject({ imageToImage: false, inpaint: false });
  });

  it('layers that can be told apart draws, but without clip skip', async () => {
    await using model = await makeReferenceModel('sd15');
    await editJson(model.folder, 'text_encoder/config.json', (json) => Object.assign(json, { num_hidden_layers: 4 }));
    const { description } = await readModelFolder(model.folder);
    expect(description.clipSkip).toBeNull();
    expect(description.notes).toEqual([expect.stringMatching(/Clip skip is not possible/)]);
  });

  it('an encoder cannot be an inpainting model', async () => {
    await using model = await makeReferenceModel('sd15-inpainting', ['vae_encoder/model.onnx']);
    await expect(readModelFolder(model.folder)).rejects.toMatchObject(refusal(/needs a vae_encoder/));
  });

  it('the ONNX form says which form is there', async () => {
    await using model = await makeReferenceModel('sd15', ['unet/model.onnx']);
    await writeFile(join(model.folder, 'unet/diffusion_pytorch_model.safetensors'), 'x');
    await expect(readModelFolder(model.folder)).rejects.toMatchObject(refusal(/safetensors only.*optimum-cli export onnx/));
  });

  it('everything is no model folder', async () => {
    await using model = await makeReferenceModel('sd15', ['model_index.json']);
    await expect(readModelFolder(model.folder)).rejects.toMatchObject(refusal(/neither manifest\.json nor model_index\.json/));
    await expect(readModelFolder(join(model.folder, 'unet'))).rejects.toMatchObject(refusal(/one part of a model/));
  });
});

describe('a configuration that cannot be drawn with', () => {
  it.each<[string, string, (json: Loose) => unknown, RegExp]>([
    ['FLUX', 'model_index.json', (json) => (json['_class_name'] = 'FluxPipeline'), /FluxPipeline: FLUX needs the T5/],
    [
      'a class from elsewhere',
      'model_index.json',
      (json) => (json['_class_name'] = 'toString'),
      /supported are StableDiffusion,/,
    ],
    ['no class', 'model_index.json', (json) => delete json['_class_name'], /no model index/],
    ['a refiner', 'model_index.json', (json) => (json['requires_aesthetics_score'] = true), /refiner/],
    [
      'an unknown scheduler',
      'scheduler/scheduler_config.json',
      (json) => (json['_class_name'] = 'UniPC'),
      /UniPC is not supported/,
    ],
    ['channels of another model', 'unet/config.json', (json) => (json['in_channels'] = 7), /takes 7 channels.*must be 4, or 9/],
    [
      'channels that the network has not',
      'unet/config.json',
      (json) => (json['in_channels'] = 9),
      /takes 4 channels, config\.json.*9/,
    ],
    ['no blocks', 'unet/config.json', (json) => (json['block_out_channels'] = []), /block_out_channels/],
    ['a scale of nothing', 'vae_decoder/config.json', (json) => (json['scaling_factor'] = 0), /scaling_factor/],
    ['a million layers', 'text_encoder/config.json', (json) => (json['num_hidden_layers'] = 1e6), /num_hidden_layers/],
  ])('%s', async (_, name, edit, message) => {
    await using model = await makeReferenceModel('sd15');
    await editJson(model.folder, name, edit);
    await expect(readModelFolder(model.folder)).rejects.toMatchObject(refusal(message));
  });

  it('is no JSON', async () => {
    await using model = await makeReferenceModel('sd15');
    await writeFile(join(model.folder, 'unet/config.json'), '{');
    await expect(readModelFolder(model.folder)).rejects.toMatchObject(refusal(/unet\/config\.json is not JSON/));
  });
});

describe('a network file that is not what it should be', () => {
  it.each([0, 1, 17, 1000, 100_000])('cut to %d bytes', async (length) => {
    await using model = await makeReferenceModel('sd15');
    await truncate(join(model.folder, 'unet/model.onnx'), length);
    await expect(readModelFolder(model.folder)).rejects.toMatchObject(refusal(/unet\/model\.onnx (is truncated|is empty)/));
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['zeros', new Uint8Array(4096), /truncated, altered, or no ONNX/],
    ['text', Buffer.from('<html>not found</html>'), /truncated, altered, or no ONNX/],
    ['a part of 2⁶³ bytes', Uint8Array.of(0x3a, ...Array<number>(8).fill(0xff), 0x7f), /leads out of the whole/],
    ['a number that never ends', new Uint8Array(64).fill(0xff), /does not end/],
  ])('%s', async (_, bytes, message) => {
    await using model = await makeReferenceModel('sd15');
    await writeFile(join(model.folder, 'vae_decoder/model.onnx'), bytes);
    await expect(readModelFolder(model.folder)).rejects.toMatchObject(refusal(message));
  });

  it('bytes that were changed within are refused when they are loaded', async () => {
    await using model = await makeReferenceModel('sd15');
    await using file = await open(join(model.folder, 'vae_decoder/model.onnx'), 'r+');
    // The operator of the first node, which the header does not look at.
    const at = (await readFile(join(model.folder, 'vae_decoder/model.onnx'))).indexOf('Conv');
    await file.write(Buffer.from('Cunv'), 0, 4, at);
    const { open: load } = await readFolder(model.folder);
    await expect(load({ threads: 1, providers: ['cpu'] })).rejects.toMatchObject(
      refusal(/vae_decoder\/model\.onnx cannot be loaded/),
    );
  });

  const identity: TestNode = { op: 'Identity', inputs: ['latent_sample'], outputs: ['sample'] };
  const plane = (name: string, type: TestPort['type'] = 'float32', channels = 4): TestPort => ({
    name,
    type,
    shape: ['batch', channels, 'height', 'width'],
  });

  it.each<[string, Parameters<typeof makeNetwork>[0], RegExp]>([
    [
      'wants text',
      { inputs: [plane('latent_sample', 'string')], outputs: [plane('sample', 'string')], nodes: [identity] },
      /an unknown type for "latent_sample"/,
    ],
    [
      'wants other channels',
      { inputs: [plane('latent_sample', 'float32', 5)], outputs: [plane('sample', 'float32', 5)], nodes: [identity] },
      /takes 5 channels, not 4/,
    ],
    [
      'wants two inputs',
      { inputs: [plane('latent_sample'), plane('more')], outputs: [plane('sample')], nodes: [identity] },
      /one input and an output/,
    ],
    [
      'has its weights elsewhere',
      { inputs: [plane('latent_sample')], outputs: [plane('sample')], nodes: [identity], externalFiles: ['../../secret'] },
      /weights outside its folder: \.\.\/\.\.\/secret/,
    ],
    [
      'has lost its weights',
      { inputs: [plane('latent_sample')], outputs: [plane('sample')], nodes: [identity], externalFiles: ['model.onnx_data'] },
      /model\.onnx_data is missing/,
    ],
  ])('a decoder that %s', async (_, parts, message) => {
    await using model = await makeReferenceModel('sd15');
    await writeFile(join(model.folder, 'vae_decoder/model.onnx'), makeNetwork(parts));
    await expect(readModelFolder(model.folder)).rejects.toMatchObject(refusal(message));
  });

  it('weights of all parts count, files beside them too', async () => {
    await using model = await makeReferenceModel('sd15');
    const before = (await readModelFolder(model.folder)).weightsBytes;
    await rm(join(model.folder, 'vae_encoder'), { recursive: true });
    expect((await readModelFolder(model.folder)).weightsBytes).toBeLessThan(before - 100_000);
  });
});
