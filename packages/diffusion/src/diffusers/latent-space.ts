import type { DiffusersFolder } from './folder.ts';

/** How latents relate to pictures. */
export interface LatentSpace {
  channels: number;
  /** Pixels that one latent spans, in each direction. */
  scale: number;
  /** What the decoder takes is latents ÷ scalingFactor + shiftFactor. */
  scalingFactor: number;
  shiftFactor: number;
  /** Sides in pixels must be multiples of this, or the network's halves do not meet. */
  grid: number;
  /** Side in pixels that the network was trained at. */
  trainedSide: number;
}

const sideOf = (size: number | [number, number] | null | undefined, otherwise: number) =>
  (Array.isArray(size) ? size[0] : size) ?? otherwise;

/** Reads the latent space off the configurations of the autoencoder and the denoising network. */
export function latentSpaceOf({ autoencoder, denoiser, layout }: DiffusersFolder): LatentSpace {
  const usualFactor = layout.kind === 'stable-diffusion-xl' ? 0.13025 : 0.18215;
  const tiny = autoencoder.className === 'AutoencoderTiny';
  const scale = 2 ** ((autoencoder.block_out_channels?.length ?? 4) - 1);
  const { sample_size: size } = denoiser.config;
  const grid = denoiser.type === 'unet' ? 2 ** (denoiser.config.block_out_channels.length - 1) : denoiser.config.patch_size;
  const usualSize = denoiser.type === 'unet' && layout.kind !== 'stable-diffusion-xl' ? 64 : 128;
  return {
    channels: autoencoder.latent_channels,
    scale,
    scalingFactor: autoencoder.scaling_factor ?? (tiny ? 1 : usualFactor),
    shiftFactor: autoencoder.shift_factor ?? 0,
    grid: scale * grid,
    trainedSide: sideOf(size, usualSize) * scale,
  };
}
