import { DiffusionError } from '../failure.ts';
import type { RgbaPicture } from '../picture.ts';
import type { Upscaler } from './folder.ts';

/** A picture to enlarge. */
export interface UpscaleRequest {
  picture: RgbaPicture;
  /** How many times as wide and high; one of the manifest's `scales`. */
  scale: number;
}

/** What enlarging tells: its tiles, then the picture. */
export type UpscaleEvent =
  /** Tiles done of all. */
  { type: 'tile'; done: number; total: number } | { type: 'image'; picture: RgbaPicture };

/** What is wrong with a request for an upscaler, in words; undefined when nothing is. */
export function upscaleProblem({ manifest }: Upscaler, { picture, scale }: UpscaleRequest): string | undefined {
  const { width, height, rgba } = picture;
  if (!manifest.scales.includes(scale))
    return `scale: ${manifest.id} enlarges ${manifest.scales.join(' or ')} times, not ${scale}`;
  if (!Number.isInteger(width) || !Number.isInteger(height) || width < 1 || height < 1)
    return `picture: its size is not one: ${width}×${height}`;
  if (rgba.length !== width * height * 4) return 'picture: its bytes do not match its size';
  if (Math.max(width, height) * scale > manifest.maxSide)
    return `picture: ${width}×${height} becomes ${width * scale}×${height * scale}; ${manifest.id} makes at most ${manifest.maxSide} pixels a side`;
  return undefined;
}

/** Throws `request_invalid`, naming what is wrong. */
export function assertUpscale(upscaler: Upscaler, request: UpscaleRequest): void {
  const problem = upscaleProblem(upscaler, request);
  if (problem !== undefined) throw new DiffusionError('request_invalid', problem);
}
