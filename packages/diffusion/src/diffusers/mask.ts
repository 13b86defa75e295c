import type { Numbers } from '../runtime/tensors.ts';

/** What of latents is drawn anew (1) and what is kept (0): [1, 1, h, w]. */
export type LatentMask = Numbers;

const drawnFrom = 128;

/** A mask of pixels at the size of latents: of each square the upper left pixel counts, as in diffusers' pipelines. */
export function latentMask(mask: Uint8Array, width: number, height: number, scale: number): LatentMask {
  const [columns, rows] = [width / scale, height / scale];
  const data = Float32Array.from({ length: columns * rows }, (_, i) => {
    const y = Math.floor(i / columns) * scale;
    return mask[y * width + (i % columns) * scale]! >= drawnFrom ? 1 : 0;
  });
  return { data, shape: [1, 1, rows, columns] };
}

/** Planes of a picture with the part that is drawn anew in middle grey. */
export function withoutMasked({ data, shape }: Numbers, mask: Uint8Array): Numbers {
  return { data: data.map((value, i) => (mask[i % mask.length]! >= drawnFrom ? 0 : value)), shape };
}

/** Kept latents where the mask is 0, drawn ones where it is 1. Rows and channels share the mask. */
export function blend(drawn: Float32Array, kept: Float32Array, { data: mask }: LatentMask): Float32Array {
  return drawn.map((value, i) => (mask[i % mask.length] === 1 ? value : kept[i]!));
}
