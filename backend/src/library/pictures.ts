import sharp, { type Metadata, type Sharp } from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import { Failure, invariant } from '../platform/index.ts';
import { tellsPlace } from './exif.ts';
import { readStart } from './file-start.ts';
import { type PngHeader, plainPngHeader } from './png-header.ts';
import { type ThumbnailFormat, type ThumbnailSize } from './rules.ts';
import { type PictureType, sniffPicture } from './sniff.ts';

// Many pictures are handled at once, so one thread each; and each is seen once, so nothing is worth keeping.
sharp.concurrency(1);
sharp.cache(false);

/** An encoded picture in memory, or the path of a file that holds one. */
export type PictureSource = Buffer | string;

const headBytes = 1024 * 1024;
const decodeSeconds = 20;
const maxSide = 16_384;
// A ThumbHash keeps seven waves a side, which so many pixels show as well as more do; its time grows with them.
const hashSide = 32;

export interface DecodedPicture {
  mediaType: PictureType;
  width: number;
  height: number;
  transparent: boolean;
  /** ThumbHash, base64. */
  placeholder: string;
}

/** What a picture says of itself before it is decoded. */
interface Header {
  mediaType: PictureType;
  metadata: Pick<Metadata, 'width' | 'height' | 'hasAlpha' | 'pages' | 'orientation' | 'exif' | 'xmp'>;
}

/**
 * Reads the header and then every pixel: what comes back is a whole still picture of an accepted kind and size.
 * Fails with `image_not_readable` or `image_too_large`.
 */
export async function decodePicture(
  source: PictureSource,
  maxPixels: number,
): Promise<DecodedPicture & { needsRewrite: boolean }> {
  const { mediaType, metadata } = await readHeader(source, maxPixels);
  const { data, info } = await readable(
    openSource(source, maxPixels)
      .resize(hashSide, hashSide, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true }),
  );
  return {
    mediaType,
    width: metadata.width,
    height: metadata.height,
    transparent: metadata.hasAlpha && hasClearPixel(data),
    placeholder: Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64'),
    needsRewrite: (metadata.orientation ?? 1) > 1 || tellsPlace(metadata.exif, metadata.xmp),
  };
}

async function readHeader(source: PictureSource, maxPixels: number): Promise<Header> {
  const sniffed = sniffPicture(await headOf(source));
  if (sniffed.kind === 'animated')
    throw new Failure('image_not_readable', {
      message: 'Moving pictures are not accepted. Save one frame as PNG, JPEG, WebP or AVIF and send that.',
    });
  if (sniffed.kind === 'other') throw new Failure('image_not_readable');
  // The limit is off here on purpose: only the header is read, and the refusal below says what is wrong.
  const metadata: Header['metadata'] =
    (typeof source === 'string' ? null : plainPngHeader(source)) ??
    (await readable(sharp(source, { limitInputPixels: false }).metadata()));
  if (metadata.width * metadata.height > maxPixels || Math.max(metadata.width, metadata.height) > maxSide)
    throw tooManyPixels(metadata, maxPixels);
  if ((metadata.pages ?? 1) > 1)
    throw new Failure('image_not_readable', { message: 'The file holds several pictures. Send one.' });
  return { mediaType: sniffed.kind, metadata };
}

function tooManyPixels({ width, height }: Pick<PngHeader, 'width' | 'height'>, maxPixels: number): Failure {
  const millions = (pixels: number) => (pixels / 1e6).toFixed(pixels < 1e7 ? 1 : 0);
  const message = `The picture has ${width} × ${height} = ${millions(width * height)} million pixels. At most ${millions(maxPixels)} million, and ${maxSide} a side, are accepted. Make it smaller and send it again.`;
  return new Failure('image_too_large', { message });
}

/** Enough of the file to tell its kind: whatever stands before the pixels of a PNG is far smaller. */
const headOf = async (source: PictureSource): Promise<Buffer> =>
  typeof source === 'string' ? readStart(source, headBytes) : source;

function openSource(source: PictureSource, maxPixels: number): Sharp {
  return sharp(source, { limitInputPixels: maxPixels, failOn: 'error', sequentialRead: true }).timeout({
    seconds: decodeSeconds,
  });
}

/** A library's complaint about the bytes is the file's fault: they are in memory, or in a file that was written a moment ago. */
async function readable<Result>(work: Promise<Result>): Promise<Result> {
  return work.catch((error: unknown) => {
    throw new Failure('image_not_readable', {
      message: 'The file is damaged or is not a picture that can be read (PNG, JPEG, WebP or AVIF). Nothing was stored.',
      cause: error,
    });
  });
}

function hasClearPixel(rgba: Buffer): boolean {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at]! < 255) return true;
  return false;
}

/** Writes the file to another upright and without EXIF or XMP, in the same format, at a quality at which the eye sees no loss. Colours keep their profile. */
export async function rewritePicture(file: string, to: string, mediaType: PictureType, maxPixels: number): Promise<void> {
  const upright = openSource(file, maxPixels).autoOrient().keepIccProfile();
  const written = {
    'image/png': () => upright.png({ compressionLevel: 6 }),
    'image/jpeg': () => upright.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }),
    'image/webp': () => upright.webp({ quality: 95, effort: 2 }),
    'image/avif': () => upright.avif({ quality: 85, effort: 2 }),
  };
  await readable(written[mediaType]().toFile(to));
}

/** A small copy with its alpha. WebP at effort 2 and AVIF at effort 1: higher efforts cost up to 12 times as much for a few percent. */
export async function makeThumbnail(bytes: Buffer, size: ThumbnailSize, format: ThumbnailFormat): Promise<Buffer> {
  const small = sharp(bytes, { limitInputPixels: false, failOn: 'none' })
    .resize(size, size, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb');
  return format === 'webp'
    ? small.webp({ quality: 80, effort: 2 }).toBuffer()
    : small.avif({ quality: 55, effort: 1 }).toBuffer();
}

/** The same pixels as PNG, for engines that do not read AVIF. */
export async function toPng(bytes: Buffer): Promise<Buffer> {
  const png = await sharp(bytes, { limitInputPixels: false }).png().toBuffer();
  invariant(png.length > 0, 'a stored picture can be decoded');
  return png;
}
