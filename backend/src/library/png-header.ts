const signature = Buffer.from('89504e470d0a1a0a', 'hex');
// Chunks that say nothing of a picture but how its pixels and colours are stored; text and EXIF are not among them.
const plain = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND', 'pHYs', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'sBIT', 'bKGD', 'tIME']);

/** What the header of a plain PNG tells. */
export interface PngHeader {
  width: number;
  height: number;
  hasAlpha: boolean;
}

/**
 * Pure: the header of a PNG that holds nothing but pixels, as our engines make them; null for every other file, whose metadata a
 * library must read. Only the chunk's names are looked at (PNG 3rd edition, 5.3): whether the pixels are sound is seen when they are decoded.
 */
export function plainPngHeader(bytes: Buffer): PngHeader | null {
  if (!bytes.subarray(0, 8).equals(signature) || bytes.toString('latin1', 12, 16) !== 'IHDR' || bytes.length < 33) return null;
  let transparency = false;
  let at = 8;
  let type = '';
  for (; at + 12 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    type = bytes.toString('latin1', at + 4, at + 8);
    if (!plain.has(type)) return null;
    if (type === 'tRNS') transparency = true;
  }
  if (at !== bytes.length || type !== 'IEND') return null;
  const colourType = bytes[25]!;
  return {
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    hasAlpha: transparency || colourType === 4 || colourType === 6,
  };
}
