import type { RgbaPicture } from '@rendermart/diffusion';
import { EngineError } from '@rendermart/engine';
import type { Picture } from '@rendermart/engine';
import sharp from 'sharp';

const mostInputPixels = 64_000_000;

/**
 * A mask at the size that is drawn, one byte a pixel: from 128 on a pixel is drawn anew. It is fitted as its picture is,
 * and what lies beside it is kept.
 */
export async function decodeMask(mask: Picture, { width, height }: { width: number; height: number }): Promise<Uint8Array> {
  try {
    return await sharp(mask.bytes, { limitInputPixels: mostInputPixels })
      .flatten({ background: '#000' })
      .resize({ width, height, fit: 'contain', background: '#000', kernel: 'nearest' })
      .toColourspace('b-w')
      .extractChannel(0)
      .raw()
      .toBuffer();
  } catch (error) {
    throw new EngineError('invalid_request', 'The mask cannot be read', { cause: error, field: 'mask' });
  }
}

/**
 * What is drawn where the mask is white, and the source's own pixels elsewhere: a decoder gives even what it was told to
 * keep back a little changed. What is transparent in the source lies on white, as the model saw it.
 */
export function keepUnmasked(drawn: RgbaPicture, source: RgbaPicture, mask: Uint8Array): RgbaPicture {
  const rgba = Uint8Array.from(drawn.rgba);
  for (let pixel = 0; pixel < mask.length; pixel++) {
    if (mask[pixel]! >= 128) continue;
    const alpha = source.rgba[pixel * 4 + 3]! / 255;
    for (let channel = 0; channel < 3; channel++)
      rgba[pixel * 4 + channel] = Math.round(source.rgba[pixel * 4 + channel]! * alpha + 255 * (1 - alpha));
  }
  return { ...drawn, rgba };
}
