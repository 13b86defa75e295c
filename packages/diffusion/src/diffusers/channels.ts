import type { Numbers } from '../runtime/tensors.ts';

/** Puts channels below those of every row; added parts of one row are the same for all: [rows, a, h, w] to [rows, a + b + …, h, w]. */
export function appendChannels(latents: Numbers, added: readonly Numbers[]): Numbers {
  const [rows, , height, width] = latents.shape as [number, number, number, number];
  const parts = [latents, ...added];
  const channels = parts.reduce((sum, { shape }) => sum + shape[1]!, 0);
  const data = new Float32Array(rows * channels * height * width);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (const part of parts) {
      const size = part.data.length / part.shape[0]!;
      const from = part.shape[0] === 1 ? 0 : row * size;
      data.set(part.data.subarray(from, from + size), at);
      at += size;
    }
  }
  return { data, shape: [rows, channels, height, width] };
}
