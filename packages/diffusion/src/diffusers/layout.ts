import { z } from 'zod';
import { DiffusionError } from '../failure.ts';
import type { ModelKind } from '../model.ts';

/** A part with weights: a folder with `model.onnx` and `config.json`. */
export type Part = 'text_encoder' | 'text_encoder_2' | 'unet' | 'transformer' | 'vae_decoder' | 'vae_encoder' | 'preview_decoder';

/** A text encoder and the tokenizer that feeds it. */
export interface TextParts {
  encoder: 'text_encoder' | 'text_encoder_2';
  tokenizer: 'tokenizer' | 'tokenizer_2';
}

/** What a class of diffusers pipelines is made of. */
export interface Layout {
  kind: ModelKind;
  denoiser: 'unet' | 'transformer';
  texts: readonly TextParts[];
}

const first: TextParts = { encoder: 'text_encoder', tokenizer: 'tokenizer' };
const second: TextParts = { encoder: 'text_encoder_2', tokenizer: 'tokenizer_2' };

const stableDiffusion: Layout = { kind: 'stable-diffusion', denoiser: 'unet', texts: [first] };
const latentConsistency: Layout = { kind: 'latent-consistency', denoiser: 'unet', texts: [first] };
const stableDiffusionXl: Layout = { kind: 'stable-diffusion-xl', denoiser: 'unet', texts: [first, second] };
const stableDiffusion3: Layout = { kind: 'stable-diffusion-3', denoiser: 'transformer', texts: [first, second] };

/** Pipelines by their class without the task and the prefixes of exporters: one folder serves all tasks. */
const layouts: Record<string, Layout> = {
  StableDiffusion: stableDiffusion,
  LatentConsistencyModel: latentConsistency,
  StableDiffusionXL: stableDiffusionXl,
  StableDiffusion3: stableDiffusion3,
};

/** Why folders of other well-known classes cannot be used. */
const refusals: Record<string, string> = {
  Flux: 'FLUX needs the T5 text encoder, whose tokenizer this library does not have',
  Sana: 'Sana needs the Gemma text encoder, which this library does not have',
  PixArtAlpha: 'PixArt needs the T5 text encoder, whose tokenizer this library does not have',
  StableDiffusionUpscale: 'it enlarges pictures, and is no text-to-image model',
  StableDiffusionXLInstructPix2Pix: 'models that edit by instruction are not supported',
  StableDiffusionInstructPix2Pix: 'models that edit by instruction are not supported',
  StableDiffusionControlNet: 'ControlNet models are not supported',
};

/** Library and class of a part; nulls where a pipeline goes without it. */
const partClass = z.array(z.string().nullable()).optional();

const ModelIndex = z
  .looseObject({
    _class_name: z.string(),
    force_zeros_for_empty_prompt: z.boolean().nullish(),
    requires_aesthetics_score: z.boolean().nullish(),
    text_encoder_3: partClass,
    safety_checker: partClass,
  })
  .transform(({ _class_name: className, ...index }) => ({ ...index, className }));
export type ModelIndex = z.infer<typeof ModelIndex>;

const bareClass = (name: string) => name.replace(/^(ORT|Onnx)/, '').replace(/(Img2Img|Inpaint)?Pipeline$/, '');

/** Checks a parsed `model_index.json`, and finds the layout of its class. Throws `model_invalid` with the reason. */
export function readLayout(json: unknown, path: string): { index: ModelIndex; layout: Layout } {
  const parsed = ModelIndex.safeParse(json);
  if (!parsed.success) throw new DiffusionError('model_invalid', `${path} is no model index: ${z.prettifyError(parsed.error)}`);
  const index = parsed.data;
  const name = bareClass(index.className);
  const layout = Object.hasOwn(layouts, name) ? layouts[name] : undefined;
  if (layout === undefined) {
    const known = Object.hasOwn(refusals, name) ? refusals[name] : `supported are ${Object.keys(layouts).join(', ')}`;
    throw new DiffusionError('model_invalid', `${path} names a ${index.className}: ${known}`);
  }
  if (index.requires_aesthetics_score)
    throw new DiffusionError('model_invalid', `${path} is a refiner, which only finishes what another model began`);
  return { index, layout };
}
