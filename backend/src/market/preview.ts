import sharp from 'sharp';
import type { OriginalForSale } from '../library/index.ts';
import { Failure, type Storage } from '../platform/index.ts';
import { namedColours, type Colour } from './rules.ts';
import { watermark } from './watermark.ts';

// Part of the key: a new watermark makes new previews.
const previewVersion = 1;
export const previewPrefix = 'previews/';

/** The SHA-256 of the picture that a preview's key is of. */
export const contentOfPreview = (key: string): string => /\/([0-9a-f]{64})-/.exec(key)?.[1] ?? '';

/**
 * A smaller picture with the watermark burnt in, as WebP. Made once for each original and size; only then is the original read.
 * `side`: the longer side in pixels.
 */
export async function readPreview(
  storage: Storage,
  original: Pick<OriginalForSale, 'sha256' | 'decode'>,
  side: number,
): Promise<Buffer> {
  const key = `${previewPrefix}${original.sha256.slice(0, 2)}/${original.sha256}-${side}-v${previewVersion}.webp`;
  const known = await storage.get(key);
  if (known) return Buffer.concat(await known.stream.toArray());
  const preview = await original.decode((bytes) => makePreview(bytes, side));
  await storage.put(key, preview, 'image/webp');
  return preview;
}

// Never as large as the picture itself: what is for sale is worth having.
const largestShare = 0.6;

async function makePreview(bytes: Uint8Array, side: number): Promise<Buffer> {
  const { width, height } = await sharp(bytes).metadata();
  const longest = Math.min(side, Math.round(Math.max(width, height) * largestShare));
  const { data, info } = await sharp(bytes)
    .resize({ width: longest, height: longest, fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer({ resolveWithObject: true });
  const mark = Buffer.from(watermark(info.width, info.height));
  return sharp(data)
    .composite([{ input: mark, blend: 'over' }])
    .webp({ quality: 72, effort: 2 })
    .toBuffer();
}

const colourSide = 48;

/** The colours that a person would name in a picture. */
export async function coloursOf(bytes: Uint8Array): Promise<Colour[]> {
  try {
    return namedColours(
      await sharp(bytes).resize(colourSide, colourSide, { fit: 'inside' }).toColourspace('srgb').ensureAlpha().raw().toBuffer(),
    );
  } catch (cause) {
    throw new Failure('image_not_readable', { cause });
  }
}
