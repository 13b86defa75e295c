import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DiffusionError } from '../failure.ts';
import { makeScheduler } from '../schedulers/make-scheduler.ts';
import type { HeaderPort } from '../runtime/onnx-header.ts';
import type { DiffusersFolder, PartFile } from './folder.ts';
import { latentSpaceOf } from './latent-space.ts';

const floats = ['float32', 'float16', 'float64'];
const numbers = [...floats, 'int64', 'int32'];

function refuse(path: string, why: string): never {
  throw new DiffusionError('model_invalid', `${path} ${why}`);
}

function portOf({ path, header }: PartFile, name: string, types: readonly string[]): HeaderPort {
  const port = header.inputs.find((input) => input.name === name);
  if (!port) refuse(path, `has no input "${name}" (it has ${header.inputs.map((input) => `"${input.name}"`).join(', ')})`);
  if (!port.type || !types.includes(port.type))
    refuse(path, `wants ${port.type ?? 'an unknown type'} for "${name}", not ${types.join(' or ')}`);
  return port;
}

/** Inputs that are fed. Another one would make every evaluation fail. */
function assertInputs(part: PartFile, wanted: Readonly<Record<string, readonly string[]>>, possible: readonly string[]): void {
  for (const [name, types] of Object.entries(wanted)) portOf(part, name, types);
  const extra = part.header.inputs.find(({ name }) => wanted[name] === undefined && !possible.includes(name));
  if (extra) refuse(part.path, `wants an input "${extra.name}", which this library does not know`);
}

function assertDenoiser({ parts, layout, denoiser, autoencoder }: DiffusersFolder): void {
  const part = parts[layout.denoiser]!;
  const sample = layout.denoiser === 'unet' ? 'sample' : 'hidden_states';
  const xl = layout.kind === 'stable-diffusion-xl' ? { text_embeds: floats, time_ids: floats } : {};
  const pooled = layout.kind === 'stable-diffusion-3' ? { pooled_projections: floats } : xl;
  const wanted = { [sample]: floats, timestep: numbers, encoder_hidden_states: floats, ...pooled };
  assertInputs(part, wanted, layout.kind === 'stable-diffusion-3' ? [] : ['timestep_cond']);
  const { in_channels: channels } = denoiser.config;
  const latents = autoencoder.latent_channels;
  if (channels !== latents && channels !== 2 * latents + 1)
    refuse(
      part.path,
      `takes ${channels} channels; with latents of ${latents} channels it must be ${latents}, or ${2 * latents + 1} for inpainting`,
    );
  if (channels !== latents && !parts.vae_encoder) refuse(part.path, 'is for inpainting, which needs a vae_encoder');
  const found = portOf(part, sample, floats).shape[1];
  if (found !== undefined && found !== channels)
    refuse(part.path, `takes ${found} channels, config.json beside it says ${channels}`);
}

function assertTexts({ folder, parts, layout }: DiffusersFolder): void {
  for (const { encoder, tokenizer } of layout.texts) {
    const part = parts[encoder]!;
    assertInputs(part, { input_ids: ['int64', 'int32'] }, ['attention_mask']);
    for (const name of ['vocab.json', 'merges.txt']) {
      if (!existsSync(join(folder, tokenizer, name))) refuse(join(folder, tokenizer, name), 'is missing');
    }
    const { outputs } = part.header;
    const hasHidden = outputs.some(({ name }) => name === 'hidden_states.0');
    if (layout.texts.length > 1 && !hasHidden)
      refuse(part.path, 'gives no hidden states, which this kind is drawn from: export it with a newer version of Optimum');
  }
}

function assertAutoencoder({ parts, autoencoder }: DiffusersFolder): void {
  for (const name of ['vae_decoder', 'preview_decoder', 'vae_encoder'] as const) {
    const part = parts[name];
    if (!part) continue;
    const [input, ...more] = part.header.inputs;
    if (!input || more.length > 0 || part.header.outputs.length === 0) refuse(part.path, 'must have one input and an output');
    portOf(part, input.name, floats);
    const channels = name === 'vae_encoder' ? 3 : autoencoder.latent_channels;
    const found = input.shape[1];
    if (found !== undefined && found !== channels) refuse(part.path, `takes ${found} channels, not ${channels}`);
  }
}

/**
 * Checks what can be told without weights: inputs, types and channels of every network against the configuration, and that
 * the scheduler is a known one. Throws `model_invalid` with the reason.
 */
export function assertFolder(source: DiffusersFolder): void {
  assertTexts(source);
  assertDenoiser(source);
  assertAutoencoder(source);
  makeScheduler(source.schedulerConfig, { steps: 1, imageTokens: latentSpaceOf(source).trainedSide });
}
