import { join } from 'node:path';
import { openNetworks } from '../runtime/network.ts';
import type { Network } from '../runtime/network.ts';
import type { RuntimeSettings } from '../runtime/runtime.ts';
import { assertSignature } from '../runtime/signature.ts';
import type { Signature } from '../runtime/signature.ts';
import { premultipliedPlanes, straightRgba } from '../picture.ts';
import type { RgbaPicture } from '../picture.ts';
import type { FlowLatentModel } from './model-folder.ts';
import type { Denoise } from './sampler.ts';

/** A model's networks in memory, ready to run. */
export interface Networks {
  provider: string;
  denoise: Denoise;
  /** One picture from its latents and the tokens of its prompt. */
  decode(latents: Float32Array, tokens: BigInt64Array): Promise<RgbaPicture>;
  /** The latents of one picture; absent when the model has no encoder. */
  encode?(picture: RgbaPicture): Promise<Float32Array>;
  release(): Promise<void>;
}

type Opened = Record<'denoiser' | 'decoder', Network> & { encoder?: Network };

/** Whether a decoder wants the prompt too, as one does that paints in the style that was asked for. */
const readsWords = ({ inputs }: Network): boolean => inputs.some(({ name }) => name === 'tokens');

function assertSignatures({ denoiser, decoder, encoder }: Opened, { manifest }: FlowLatentModel): void {
  const { latent, picture, text } = manifest;
  const latents: Signature = { x: { type: 'float32', shape: [null, latent.size] } };
  const words: Signature = { tokens: { type: 'int64', shape: [null, text.maxTokens] } };
  const rgba: Signature = { rgba: { type: 'float32', shape: [null, 4, picture.height, picture.width] } };
  const noisy: Signature = {
    z: { type: 'float32', shape: [null, latent.size] },
    t: { type: 'float32', shape: [null] },
    ...words,
  };
  assertSignature(denoiser, noisy, latents);
  assertSignature(decoder, readsWords(decoder) ? { ...latents, ...words } : latents, rgba);
  if (encoder) assertSignature(encoder, rgba, latents);
}

async function openAll(model: FlowLatentModel, settings: RuntimeSettings): Promise<Opened> {
  const { denoiser, decoder, encoder } = model.manifest.files;
  const paths = { denoiser, decoder, ...(encoder !== undefined && { encoder }) };
  const inFolder = Object.fromEntries(Object.entries(paths).map(([name, file]) => [name, join(model.folder, file)]));
  const opened = await openNetworks(inFolder as Record<keyof Opened, string>, settings);
  try {
    assertSignatures(opened, model);
    return opened;
  } catch (error) {
    for (const network of Object.values(opened)) await network.release();
    throw error;
  }
}

/**
 * Loads a model's networks with onnxruntime. Throws `runtime_missing`, or `model_invalid` naming the file that is
 * truncated or whose inputs and outputs are not what the manifest says.
 */
export async function loadNetworks(model: FlowLatentModel, settings: RuntimeSettings): Promise<Networks> {
  const { latent, picture, text } = model.manifest;
  const { denoiser, decoder, encoder } = await openAll(model, settings);
  const wordsOf = (tokens: BigInt64Array) => ({
    tokens: { data: Float32Array.from(tokens, Number), shape: [tokens.length / text.maxTokens, text.maxTokens] },
  });
  return {
    provider: denoiser.provider,
    denoise: async (z, t, tokens) => {
      const rows = t.length;
      const feeds = {
        z: { data: z, shape: [rows, latent.size] },
        t: { data: t, shape: [rows] },
        ...wordsOf(tokens),
      };
      return (await denoiser.run(feeds, 'x')).data;
    },
    decode: async (x, tokens) => {
      const feeds = { x: { data: x, shape: [1, latent.size] }, ...(readsWords(decoder) && wordsOf(tokens)) };
      return straightRgba((await decoder.run(feeds, 'rgba')).data, picture);
    },
    ...(encoder && {
      encode: async (source: RgbaPicture) => {
        const planes = premultipliedPlanes(source, picture.range);
        const feeds = { rgba: { data: planes, shape: [1, 4, picture.height, picture.width] } };
        return (await encoder.run(feeds, 'x')).data;
      },
    }),
    release: async () => {
      for (const network of [denoiser, decoder, encoder]) await network?.release();
    },
  };
}
