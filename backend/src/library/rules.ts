/** How long bytes that no image names are kept: whoever stored them may still be about to name them. */
export const orphanKeptMs = 3_600_000;
/**
 * How long files that no row names are kept. What was deleted on purpose has a row until its files are gone; these are left when a
 * database is put back to an earlier day, and whoever goes on with the newer one after all finds them.
 */
export const unknownKeptMs = 30 * 86_400_000;
export const archiveKeptMs = 3_600_000;
export const thumbnailSizes = [256, 640] as const;
export type ThumbnailSize = (typeof thumbnailSizes)[number];
export type ThumbnailFormat = 'webp' | 'avif';

const extensions: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/avif': 'avif',
};

/** Pure: the ending of a file name of this media type. */
export function extensionOf(mediaType: string): string {
  return extensions[mediaType] ?? 'bin';
}

/** Pure: the key of an original. The id of its blob is in it, so that content stored again after a removal has a key of its own. */
export function originalKey(sha256: string, blobId: string, mediaType: string): string {
  // One level of 256 folders: a second one would be 65,536 of them, most of which are made, and flushed to the disk, for one file.
  return `images/${sha256.slice(0, 2)}/${sha256}.${blobId.slice(-12)}.${extensionOf(mediaType)}`;
}

/** Pure: the key of a thumbnail, which tells its original's. */
export function thumbnailKey(storageKey: string, size: ThumbnailSize, format: ThumbnailFormat): string {
  return `thumbnails/${storageKey.slice('images/'.length)}.${size}.${format}`;
}

/** Pure: the key of the original that a key belongs to. */
export function originalOf(key: string): string {
  return key.startsWith('thumbnails/') ? key.replace(/^thumbnails\//, 'images/').replace(/\.\d+\.(webp|avif)$/, '') : key;
}

/** Pure: every key that goes when an original goes. */
export function keysOf(storageKey: string): string[] {
  const formats: ThumbnailFormat[] = ['webp', 'avif'];
  return [...thumbnailSizes.flatMap((size) => formats.map((format) => thumbnailKey(storageKey, size, format))), storageKey];
}

/** Pure: the sizes worth making. A picture that fits the small one needs no second copy of the same pixels. */
export function sizesFor(picture: { width: number; height: number }): readonly ThumbnailSize[] {
  return Math.max(picture.width, picture.height) <= thumbnailSizes[0] ? [thumbnailSizes[0]] : thumbnailSizes;
}

/** So many bytes are fewer than a small copy and the file that holds it take. */
const ownThumbnailBytes = 8_192;

/** Pure: whether a picture is so small, in pixels and in bytes, that a thumbnail of it would save nobody anything. */
export function isOwnThumbnail(picture: { width: number; height: number; mediaType: string; sizeBytes: number }): boolean {
  const { width, height, mediaType, sizeBytes } = picture;
  // Not every browser reads AVIF.
  return Math.max(width, height) <= thumbnailSizes[0] && sizeBytes <= ownThumbnailBytes && mediaType !== 'image/avif';
}

/** Pure: the size that answers a request for `asked`. */
export function servedSize(asked: ThumbnailSize, picture: { width: number; height: number }): ThumbnailSize {
  return sizesFor(picture).includes(asked) ? asked : thumbnailSizes[0];
}

/** Pure: AVIF for whoever says that it is understood, WebP for everybody else. */
export function formatFor(accept: string | undefined): ThumbnailFormat {
  return /(^|[,\s])image\/avif($|[,;\s])/.test(accept ?? '') && !/image\/avif\s*;\s*q=0(\.0+)?($|[,\s])/.test(accept ?? '')
    ? 'avif'
    : 'webp';
}

/** Pure: a readable file name without its ending, from what the picture shows: `red-fox-in-snow-7f3a2b10`. */
export function baseName(image: { title: string | null; prompt: string; id: string }): string {
  const words =
    (image.title ?? image.prompt)
      .normalize('NFC')
      .toWellFormed()
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  let name = '';
  for (const word of words) {
    if (name.length + word.length > 60) break;
    name += `${word}-`;
  }
  return `${name || 'image-'}${image.id.slice(-8)}`;
}

export interface Shelf {
  /** The viewer made it. */
  mine: boolean;
  published: boolean;
  audience: 'members' | 'everyone';
}

/**
 * Pure: who may keep a copy of the bytes, and for how long.
 * The bytes under an address never change, so their owner keeps them for a year. Others may lose the right to see them,
 * so they ask again after ten minutes; and only what everyone may see is ever left in a cache that people share.
 */
export function cacheHeaders(shelf: Shelf, varies: readonly string[] = []): { 'cache-control': string; vary?: string } {
  const everyone = shelf.published && shelf.audience === 'everyone';
  if (everyone && !shelf.mine)
    return { 'cache-control': 'public, max-age=600', ...(varies.length === 0 ? {} : { vary: varies.join(', ') }) };
  const vary = [...varies, 'Cookie', 'Authorization'].join(', ');
  return { 'cache-control': shelf.mine ? 'private, max-age=31536000, immutable' : 'private, max-age=600', vary };
}

/** Pure: whether the browser's copy is still the one. */
export function isFresh(ifNoneMatch: string | undefined, etag: string): boolean {
  return (
    ifNoneMatch !== undefined &&
    (ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))
  );
}
