import { EngineError } from '@rendermart/engine';
import type { Picture } from '@rendermart/engine';
import sharp from 'sharp';

const mediaTypes: Record<string, Picture['mediaType']> = { png: 'image/png', jpeg: 'image/jpeg', webp: 'image/webp' };
const pixelLimit = 64_000_000;

/** Recognises a picture by its bytes, whatever the server called it. Throws `engine_failed` for anything else. */
export async function readPicture(bytes: Buffer): Promise<Picture> {
  const metadata = await sharp(bytes, { limitInputPixels: pixelLimit })
    .metadata()
    .catch((error: unknown) => {
      throw new EngineError('engine_failed', 'The server answered with bytes that are no picture', { cause: error });
    });
  const mediaType = mediaTypes[metadata.format];
  if (!mediaType)
    throw new EngineError('engine_failed', `The server answered with a ${metadata.format} picture; PNG, JPEG and WebP are known`);
  return { bytes, mediaType, width: metadata.width, height: metadata.height };
}

/**
 * A mask as servers want it: what is drawn anew is white here, and there transparent for OpenAI, which reads alpha, and
 * white for stable-diffusion.cpp, which reads brightness alone.
 */
export async function asEditMask({ bytes, width, height }: Picture): Promise<Picture> {
  const grey = sharp(bytes, { limitInputPixels: pixelLimit }).flatten({ background: '#000' }).toColourspace('b-w');
  const redrawn = await grey.extractChannel(0).threshold(128).raw().toBuffer();
  const pixels = Buffer.alloc(redrawn.length * 4);
  for (const [index, level] of redrawn.entries()) pixels.writeUInt32BE(level === 255 ? 0xffffff00 : 0x000000ff, index * 4);
  const png = await sharp(pixels, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
  return { bytes: png, mediaType: 'image/png', width, height };
}

/** Lays a picture on a colour. */
export async function onBackground(picture: Picture, background: string): Promise<Picture> {
  const bytes = await sharp(picture.bytes, { limitInputPixels: pixelLimit }).flatten({ background }).png().toBuffer();
  return { ...picture, bytes, mediaType: 'image/png' };
}
