import { DiffusionError } from '../failure.ts';
import type { RgbaPicture } from '../picture.ts';
import type { Network } from '../runtime/network.ts';
import type { Numbers } from '../runtime/tensors.ts';
import type { LatentSpace } from './latent-space.ts';

/** Latents of one row to a picture and back. */
export interface Autoencoder {
  /** [1, channels, h, w] to an opaque picture. Throws `output_invalid` when the network gave no numbers. */
  decode(latents: Numbers): Promise<RgbaPicture>;
  /**
   * Planes of one picture (see `rgbPlanes`) to latents, once for each row of `noise`, which chooses within what the
   * encoder finds likely: [rows, channels, h, w].
   */
  encode(planes: Numbers, noise: Float32Array): Promise<Numbers>;
}

/** Throws `output_invalid` for what would be shown as a black picture. */
export function assertFinite(data: Float32Array, from: string): void {
  // A sum is not finite when one number is not, and costs a tenth of a test of each.
  let sum = 0;
  for (const value of data) sum += value;
  if (Number.isFinite(sum)) return;
  throw new DiffusionError(
    'output_invalid',
    `${from} gave numbers that are none (NaN or infinite), which would be a black picture. Half-precision weights overflow so: take float32 ones for this part.`,
  );
}

/** Straight RGBA bytes of planes R, G, B in −1 … 1, as diffusers rounds them. */
export function opaquePicture({ data, shape }: Numbers): RgbaPicture {
  const [height, width] = shape.slice(2) as [number, number];
  const pixels = width * height;
  const rgba = new Uint8Array(pixels * 4);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      const unit = Math.min(1, Math.max(0, data[channel * pixels + pixel]! / 2 + 0.5));
      rgba[pixel * 4 + channel] = Math.round(unit * 255);
    }
    rgba[pixel * 4 + 3] = 255;
  }
  return { width, height, rgba };
}

/** Planes R, G, B in −1 … 1 of a picture; what is transparent in it lies on white. */
export function rgbPlanes({ width, height, rgba }: RgbaPicture): Numbers {
  const pixels = width * height;
  const data = new Float32Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const alpha = rgba[pixel * 4 + 3]! / 255;
    for (let channel = 0; channel < 3; channel++) {
      const unit = (rgba[pixel * 4 + channel]! / 255) * alpha + (1 - alpha);
      data[channel * pixels + pixel] = unit * 2 - 1;
    }
  }
  return { data, shape: [1, 3, height, width] };
}

/** One number drawn from the encoder's distribution: mean and logarithm of the variance, stacked (Kingma & Welling, 1312.6114). */
function drawnFrom(parameters: Float32Array, index: number, noise: number): number {
  const logVariance = Math.min(20, Math.max(-30, parameters[parameters.length / 2 + index]!));
  return parameters[index]! + Math.exp(logVariance / 2) * noise;
}

/** The two halves of an AutoencoderKL or an AutoencoderTiny. The encoder may be absent where no source is ever drawn. */
export function makeAutoencoder(decoder: Network, encoder: Network | undefined, space: LatentSpace): Autoencoder {
  const { scalingFactor, shiftFactor, channels } = space;
  return {
    async decode({ data, shape }) {
      const scaled = data.map((value) => value / scalingFactor + shiftFactor);
      const feeds = { [decoder.inputs[0]!.name]: { data: scaled, shape } };
      const planes = await decoder.run(feeds, decoder.outputs[0]!.name);
      assertFinite(planes.data, decoder.path);
      return opaquePicture(planes);
    },
    async encode(planes, noise) {
      if (!encoder) throw new DiffusionError('request_invalid', 'source: the model has no vae_encoder');
      const found = await encoder.run({ [encoder.inputs[0]!.name]: planes }, encoder.outputs[0]!.name);
      assertFinite(found.data, encoder.path);
      const size = channels * found.shape[2]! * found.shape[3]!;
      const uncertain = found.shape[1] === 2 * channels;
      const data = noise.map((_, i) => (uncertain ? drawnFrom(found.data, i % size, noise[i]!) : found.data[i % size]!));
      const shape = [noise.length / size, channels, ...found.shape.slice(2)];
      return { data: data.map((value) => (value - shiftFactor) * scalingFactor), shape };
    },
  };
}
