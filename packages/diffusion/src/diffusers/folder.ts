import { existsSync } from 'node:fs';
import { join, normalize, resolve } from 'node:path';
import { DiffusionError } from '../failure.ts';
import { parseJson, readText, sizeOfFile } from '../files.ts';
import { readCardLicence, readLicenceText } from '../licence.ts';
import { readOnnxGraph } from '../runtime/onnx-graph.ts';
import { readOnnxHeader } from '../runtime/onnx-header.ts';
import type { OnnxHeader } from '../runtime/onnx-header.ts';
import { parseSchedulerConfig } from '../schedulers/config.ts';
import { AutoencoderConfig, readConfig, TextEncoderConfig, TransformerConfig, UnetConfig } from './configs.ts';
import { readLayout } from './layout.ts';
import type { Layout, ModelIndex, Part } from './layout.ts';
import { addSkippedLayers } from './skipped-layers.ts';
import type { SkippedLayers } from './skipped-layers.ts';
import { embeddingsOutput } from './text-encoder.ts';

/** A part with weights: where its network lies and what that says of itself. */
export interface PartFile {
  path: string;
  header: OnnxHeader;
  bytes: number;
}

/** What the denoising network is told to be. */
export type DenoiserConfig = { type: 'unet'; config: UnetConfig } | { type: 'transformer'; config: TransformerConfig };

/** A folder in diffusers' layout: all of its configuration, none of its weights. */
export interface DiffusersFolder {
  folder: string;
  layout: Layout;
  index: ModelIndex;
  parts: Partial<Record<Part, PartFile>>;
  denoiser: DenoiserConfig;
  autoencoder: AutoencoderConfig;
  texts: TextEncoderConfig[];
  /** How to leave out last layers of a single text encoder; undefined where that is not known. */
  skippedLayers: SkippedLayers | undefined;
  schedulerConfig: unknown;
  licence: { id: string | undefined; text: string | undefined };
}

const exported = 'A model in ONNX form has it: export one with "optimum-cli export onnx".';

async function readJson(folder: string, name: string): Promise<unknown> {
  return parseJson(await readText(folder, name, exported), join(folder, name));
}

/** A folder with weights of another form is told from one where a part is merely missing. */
function assertExported(folder: string, part: string): void {
  if (existsSync(join(folder, part, 'model.onnx'))) return;
  const torch = ['diffusion_pytorch_model.safetensors', 'diffusion_pytorch_model.bin', 'model.safetensors', 'pytorch_model.bin'];
  const found = torch.find((name) => existsSync(join(folder, part, name)));
  const why = found === undefined ? 'is missing' : `is missing: the weights are there as ${found} only, which is PyTorch's form`;
  throw new DiffusionError('model_invalid', `${join(folder, part, 'model.onnx')} ${why}. ${exported}`);
}

/** Weights may lie in files beside the network, and nowhere else. */
async function externalBytes(folder: string, part: string, { externalFiles }: OnnxHeader): Promise<number> {
  let bytes = 0;
  for (const name of externalFiles) {
    const inside = normalize(name) === name && !name.startsWith('..') && !name.startsWith('/') && !name.includes('\\');
    if (!inside)
      throw new DiffusionError(
        'model_invalid',
        `${join(folder, part, 'model.onnx')} points at weights outside its folder: ${name}`,
      );
    bytes += await sizeOfFile(join(folder, part), name, `${part}/model.onnx names it`);
  }
  return bytes;
}

async function readPart(folder: string, part: Part): Promise<PartFile> {
  assertExported(folder, part);
  const path = join(folder, part, 'model.onnx');
  const own = await sizeOfFile(join(folder, part), 'model.onnx', exported);
  const header = readOnnxHeader(path);
  return { path, header, bytes: own + (await externalBytes(folder, part, header)) };
}

async function readParts(folder: string, layout: Layout): Promise<DiffusersFolder['parts']> {
  const needed: Part[] = [...layout.texts.map(({ encoder }) => encoder), layout.denoiser, 'vae_decoder'];
  const optional: Part[] = ['vae_encoder', 'preview_decoder'];
  const present = optional.filter((part) => existsSync(join(folder, part, 'model.onnx')));
  const parts: DiffusersFolder['parts'] = {};
  for (const part of [...needed, ...present]) parts[part] = await readPart(folder, part);
  return parts;
}

async function readDenoiser(folder: string, { denoiser }: Layout): Promise<DenoiserConfig> {
  const path = join(folder, denoiser, 'config.json');
  const json = await readJson(join(folder, denoiser), 'config.json');
  if (denoiser === 'unet') return { type: 'unet', config: readConfig(UnetConfig, json, path) };
  return { type: 'transformer', config: readConfig(TransformerConfig, json, path) };
}

async function readTexts(folder: string, { texts }: Layout): Promise<TextEncoderConfig[]> {
  const configs: TextEncoderConfig[] = [];
  for (const { encoder } of texts) {
    const path = join(folder, encoder, 'config.json');
    configs.push(readConfig(TextEncoderConfig, await readJson(join(folder, encoder), 'config.json'), path));
  }
  return configs;
}

/** Models with two text encoders are exported with the hidden states that they are conditioned on; the others are not. */
function readSkippedLayers(
  { texts: [encoder, another] }: Layout,
  parts: DiffusersFolder['parts'],
  [config]: TextEncoderConfig[],
) {
  if (encoder === undefined || another !== undefined) return undefined;
  const { path, header } = parts[encoder.encoder]!;
  const output = embeddingsOutput(header.outputs);
  const graph = output === undefined ? undefined : readOnnxGraph(path);
  return graph && addSkippedLayers(graph, output!, config!.num_hidden_layers);
}

/**
 * Reads a folder with `model_index.json`: configuration and the headers of its networks. Throws `model_invalid` for a class
 * that cannot be drawn with, a part that is missing or truncated, or a configuration that makes no sense.
 */
export async function readDiffusersFolder(path: string): Promise<DiffusersFolder> {
  const folder = resolve(path);
  const { index, layout } = readLayout(await readJson(folder, 'model_index.json'), join(folder, 'model_index.json'));
  const parts = await readParts(folder, layout);
  const texts = await readTexts(folder, layout);
  const decoder = join(folder, 'vae_decoder');
  return {
    folder,
    layout,
    index,
    parts,
    denoiser: await readDenoiser(folder, layout),
    autoencoder: readConfig(AutoencoderConfig, await readJson(decoder, 'config.json'), join(decoder, 'config.json')),
    texts,
    skippedLayers: readSkippedLayers(layout, parts, texts),
    schedulerConfig: parseSchedulerConfig(await readText(join(folder, 'scheduler'), 'scheduler_config.json', exported)),
    licence: { id: await readCardLicence(folder), text: await readLicenceText(folder) },
  };
}
