import { z } from 'zod';
import { DiffusionError } from '../failure.ts';

const count = z.int().min(1).max(65_536);
const sampleSize = z.union([count, z.tuple([count, count])]).nullish();

/** What is read of `unet/config.json`. */
export const UnetConfig = z.looseObject({
  in_channels: count.default(4),
  out_channels: count.default(4),
  sample_size: sampleSize,
  block_out_channels: z.array(count).min(1).max(16),
  cross_attention_dim: z.union([count, z.array(count)]).default(1280),
  time_cond_proj_dim: count.nullish(),
  addition_embed_type: z.string().nullish(),
});
export type UnetConfig = z.infer<typeof UnetConfig>;

/** What is read of `transformer/config.json` of Stable Diffusion 3. */
export const TransformerConfig = z.looseObject({
  in_channels: count.default(16),
  out_channels: count.nullish(),
  sample_size: sampleSize,
  patch_size: z.int().min(1).max(16).default(2),
  joint_attention_dim: count.default(4096),
});
export type TransformerConfig = z.infer<typeof TransformerConfig>;

/** What is read of `vae_decoder/config.json`: an AutoencoderKL or an AutoencoderTiny. */
export const AutoencoderConfig = z
  .looseObject({
    _class_name: z.enum(['AutoencoderKL', 'AutoencoderTiny']).default('AutoencoderKL'),
    latent_channels: z.int().min(1).max(64).default(4),
    block_out_channels: z.array(count).min(1).max(8).optional(),
    scaling_factor: z.number().gt(0).optional(),
    shift_factor: z.number().nullish(),
    latents_mean: z.null('normalised latents are not supported').optional(),
  })
  .transform(({ _class_name: className, ...config }) => ({ ...config, className }));
export type AutoencoderConfig = z.infer<typeof AutoencoderConfig>;

/** What is read of a text encoder's `config.json`. */
export const TextEncoderConfig = z.looseObject({
  model_type: z.string().optional(),
  hidden_size: count,
  num_hidden_layers: z.int().min(1).max(256),
  max_position_embeddings: z.int().min(1).max(4096).default(77),
});
export type TextEncoderConfig = z.infer<typeof TextEncoderConfig>;

/** Checks a parsed configuration. Throws `model_invalid` naming the key that is wrong. */
export function readConfig<T extends z.ZodType>(schema: T, json: unknown, path: string): z.infer<T> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new DiffusionError('model_invalid', `${path} cannot be used: ${z.prettifyError(parsed.error)}`);
}
