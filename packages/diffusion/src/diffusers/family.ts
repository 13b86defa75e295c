import { join } from 'node:path';
import type { ModelFamily, Pipeline } from '../families/family.ts';
import type { Model } from '../model.ts';
import { openNetworks } from '../runtime/network.ts';
import type { Network } from '../runtime/network.ts';
import type { RuntimeSettings } from '../runtime/runtime.ts';
import { readClipTokenizer } from '../tokenizers/read-clip-tokenizer.ts';
import { makeAutoencoder } from './autoencoder.ts';
import { assertFolder } from './check.ts';
import { conditionRequest, stableDiffusion3Texts, stableDiffusionTexts, stableDiffusionXlTexts } from './conditioning.ts';
import { makeTransformerDenoiser, makeUnetDenoiser } from './denoiser.ts';
import { describeDiffusers } from './describe.ts';
import { drawWith } from './draw.ts';
import type { Components } from './draw.ts';
import { readDiffusersFolder } from './folder.ts';
import type { DiffusersFolder } from './folder.ts';
import type { Part } from './layout.ts';
import { latentSpaceOf } from './latent-space.ts';
import { linearPreview } from './preview.ts';
import type { EncodeTexts } from './text.ts';
import type { TextEncoder } from './text-encoder.ts';

type Networks = Partial<Record<Part, Network>>;

async function openTextEncoders({ folder, layout, texts }: DiffusersFolder, networks: Networks): Promise<TextEncoder[]> {
  return Promise.all(
    layout.texts.map(async ({ encoder, tokenizer }, index) => ({
      network: networks[encoder]!,
      tokenizer: await readClipTokenizer(join(folder, tokenizer)),
      layers: texts[index]!.num_hidden_layers,
    })),
  );
}

function encoderOf(source: DiffusersFolder, encoders: TextEncoder[]): EncodeTexts {
  const [first, second] = encoders as [TextEncoder, TextEncoder];
  if (source.denoiser.type === 'transformer')
    return stableDiffusion3Texts([first, second], source.denoiser.config.joint_attention_dim);
  return encoders.length === 2 ? stableDiffusionXlTexts([first, second]) : stableDiffusionTexts(first);
}

/** What a person looks at between the steps: by a tiny decoder, by linear colours, or else by the decoder itself. */
function previewerOf({ layout }: DiffusersFolder, networks: Networks, components: Pick<Components, 'space' | 'autoencoder'>) {
  const tiny = networks.preview_decoder;
  if (tiny) return makeAutoencoder(tiny, undefined, { ...components.space, scalingFactor: 1, shiftFactor: 0 }).decode;
  const linear = linearPreview(layout.kind);
  return linear ? async (latents: Parameters<typeof linear>[0]) => linear(latents) : components.autoencoder.decode;
}

async function makeComponents(source: DiffusersFolder, model: Model, networks: Networks): Promise<Components> {
  const space = latentSpaceOf(source);
  const autoencoder = makeAutoencoder(networks.vae_decoder!, networks.vae_encoder, space);
  const encode = encoderOf(source, await openTextEncoders(source, networks));
  const zerosForNone = source.layout.kind === 'stable-diffusion-xl' && source.index.force_zeros_for_empty_prompt !== false;
  const denoiser = networks[source.layout.denoiser]!;
  return {
    description: model.description,
    space,
    schedulerConfig: source.schedulerConfig,
    inpainting: source.denoiser.config.in_channels === 2 * space.channels + 1,
    classifierFree: source.layout.kind !== 'latent-consistency',
    autoencoder,
    makeDenoiser: (guidanceScale) =>
      source.denoiser.type === 'unet' ? makeUnetDenoiser(denoiser, space, guidanceScale) : makeTransformerDenoiser(denoiser),
    encode: (request, guided) => conditionRequest(encode, request, guided, zerosForNone),
    preview: previewerOf(source, networks, { space, autoencoder }),
  };
}

async function openPipeline(source: DiffusersFolder, model: Model, settings: RuntimeSettings): Promise<Pipeline> {
  const addition = source.skippedLayers?.addition;
  const entries = Object.entries(source.parts).map(
    ([part, { path }]) => [part, part === 'text_encoder' && addition ? { path, addition } : path] as const,
  );
  const networks: Networks = await openNetworks(Object.fromEntries(entries), settings);
  const release = async () => {
    for (const network of Object.values(networks)) await network.release();
  };
  try {
    const components = await makeComponents(source, model, networks);
    const { provider } = networks[source.layout.denoiser]!;
    return { provider, draw: (request, signal) => drawWith(components, request, signal), release };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Models in diffusers' layout as Optimum exports them: `model_index.json`, and a folder with `model.onnx` for each part. */
export const diffusersFamily: ModelFamily = {
  marker: 'model_index.json',
  async read(folder) {
    const source = await readDiffusersFolder(folder);
    assertFolder(source);
    const parts = Object.values(source.parts);
    const model: Model = {
      folder: source.folder,
      description: describeDiffusers(source),
      weightsBytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    };
    return { model, open: (settings) => openPipeline(source, model, settings) };
  },
};
