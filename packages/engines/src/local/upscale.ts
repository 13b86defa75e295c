import type { Diffusion, RgbaPicture, Upscaler } from '@rendermart/diffusion';
import { EngineError } from '@rendermart/engine';
import type { EngineEvent, EngineJob } from '@rendermart/engine';
import { tellInference } from './inference-spans.ts';
import { decodeWhole, encodeImage } from './pictures.ts';

/** How many times a picture must be enlarged to become this large; undefined when it is no whole number, or one for each side. */
export function scaleBetween(from: { width: number; height: number }, to: { width: number; height: number }): number | undefined {
  const scale = to.width / from.width;
  return Number.isInteger(scale) && to.height === from.height * scale ? scale : undefined;
}

/** The whole job of an upscaler: progress by tile, then the image. */
export async function* enlargeSource(
  diffusion: Diffusion,
  upscaler: Upscaler,
  job: EngineJob,
  signal: AbortSignal,
): AsyncGenerator<EngineEvent> {
  if (!job.source) throw new EngineError('invalid_request', 'An upscaler needs a picture to enlarge', { field: 'source' });
  const picture = await decodeWhole(job.source.picture);
  const scale = scaleBetween(picture, job);
  if (scale === undefined) {
    const sizes = `${picture.width} × ${picture.height} to ${job.width} × ${job.height}`;
    throw new EngineError('invalid_request', `An upscaler enlarges by a whole factor, not from ${sizes}`, { field: 'width' });
  }
  const options = { signal, ...tellInference('inference upscale') };
  for await (const event of diffusion.upscale(upscaler, { picture, scale }, options)) {
    if (event.type === 'tile') yield { type: 'progress', step: event.done, steps: event.total };
    else {
      const made = await encodeImage(event.picture, job, null);
      yield { type: 'image', index: 0, seed: job.seeds[0]!, picture: made, upscaler: upscaler.manifest.name };
    }
  }
}

/** A drawn picture at the size that was asked for, when that is one of the upscaler's multiples. */
export async function enlargeDrawn(
  diffusion: Diffusion,
  upscaler: Upscaler,
  drawn: RgbaPicture,
  job: EngineJob,
  signal: AbortSignal,
): Promise<{ picture: RgbaPicture; upscaler?: string }> {
  const scale = scaleBetween(drawn, job);
  if (scale === undefined || !upscaler.manifest.scales.includes(scale)) return { picture: drawn };
  const options = { signal, ...tellInference('inference upscale') };
  for await (const event of diffusion.upscale(upscaler, { picture: drawn, scale }, options))
    if (event.type === 'image') return { picture: event.picture, upscaler: upscaler.manifest.name };
  throw new EngineError('engine_failed', `${upscaler.manifest.id} ended without a picture`);
}
