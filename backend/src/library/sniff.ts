export type PictureType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/avif';
export type Sniffed = { kind: PictureType } | { kind: 'animated' } | { kind: 'other' };

const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');

/** Pure: what a file is, from its own bytes: neither its name nor its announced type is believed. */
export function sniffPicture(bytes: Buffer): Sniffed {
  if (bytes.subarray(0, 8).equals(pngSignature)) return isAnimatedPng(bytes) ? { kind: 'animated' } : { kind: 'image/png' };
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return { kind: 'image/jpeg' };
  const four = (at: number) => bytes.toString('latin1', at, at + 4);
  if (four(0) === 'RIFF' && four(8) === 'WEBP') {
    const animated = four(12) === 'VP8X' && ((bytes[20] ?? 0) & 0x02) !== 0;
    return animated ? { kind: 'animated' } : { kind: 'image/webp' };
  }
  if (four(4) === 'ftyp') return sniffAvif(bytes);
  return { kind: 'other' };
}

/** The `acTL` chunk of an animated PNG stands before the first `IDAT`. libpng does not know it and would show one frame. */
function isAnimatedPng(bytes: Buffer): boolean {
  for (let at = 8; at + 8 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (type === 'acTL') return true;
    if (type === 'IDAT') return false;
  }
  return false;
}

function sniffAvif(bytes: Buffer): Sniffed {
  const end = Math.min(bytes.readUInt32BE(0), bytes.length, 256);
  const brands: string[] = [];
  for (let at = 8; at + 4 <= end; at += 4) brands.push(bytes.toString('latin1', at, at + 4));
  if (brands.includes('avis')) return { kind: 'animated' };
  return brands.includes('avif') ? { kind: 'image/avif' } : { kind: 'other' };
}
