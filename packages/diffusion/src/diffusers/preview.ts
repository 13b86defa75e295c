import type { RgbaPicture } from '../picture.ts';
import type { Numbers } from '../runtime/tensors.ts';
import type { ModelKind } from '../model.ts';
import { opaquePicture } from './autoencoder.ts';

interface LinearColours {
  /** For each latent channel, what it adds to R, G and B in −1 … 1. */
  factors: readonly (readonly [number, number, number])[];
  bias: readonly [number, number, number];
}

const byte = (value: number) => value / 127.5;

// Found by regression on decoded pictures. Stable Diffusion 1.x and 2.x: keturn,
// https://discuss.huggingface.co/t/decoding-latents-to-rgb-without-upscaling/23204. SDXL: T. A. Vass,
// https://huggingface.co/blog/TimothyAlexisVass/explaining-the-sdxl-latent-space, which counts in bytes.
const stableDiffusion: LinearColours = {
  factors: [
    [0.298, 0.207, 0.208],
    [0.187, 0.286, 0.173],
    [-0.158, 0.189, 0.264],
    [-0.184, -0.271, -0.473],
  ],
  bias: [0, 0, 0],
};
const stableDiffusionXl: LinearColours = {
  factors: [
    [byte(60), byte(60), byte(60)],
    [byte(-60), byte(-5), byte(10)],
    [byte(25), byte(15), byte(-5)],
    [byte(-70), byte(-50), byte(-35)],
  ],
  bias: [byte(150) - 1, byte(140) - 1, byte(130) - 1],
};

const byKind: Partial<Record<ModelKind, LinearColours>> = {
  'stable-diffusion': stableDiffusion,
  'latent-consistency': stableDiffusion,
  'stable-diffusion-xl': stableDiffusionXl,
};

/** How a kind's latents look without any network: a pixel for each latent. Undefined where nobody measured it. */
export function linearPreview(kind: ModelKind): ((latents: Numbers) => RgbaPicture) | undefined {
  const colours = byKind[kind];
  if (!colours) return undefined;
  return ({ data, shape }) => {
    const [height, width] = shape.slice(2) as [number, number];
    const pixels = height * width;
    const planes = new Float32Array(3 * pixels);
    colours.bias.forEach((bias, colour) => planes.fill(bias, colour * pixels, (colour + 1) * pixels));
    colours.factors.forEach((factor, channel) => {
      for (let i = 0; i < 3 * pixels; i++) {
        planes[i]! += factor[Math.floor(i / pixels)]! * data[channel * pixels + (i % pixels)]!;
      }
    });
    return opaquePicture({ data: planes, shape: [1, 3, height, width] });
  };
}
