const gpsPointer = 0x8825;

/**
 * Pure: whether a block of EXIF (as TIFF, with or without its `Exif\0\0` marker) says where a picture was taken.
 * Exif 3.0, 4.6.3: the first directory points to the GPS directory with tag 8825.
 */
export function tellsPlace(exif: Buffer | undefined, xmp: Buffer | undefined): boolean {
  return exifTellsPlace(exif) || (xmp?.includes('GPSL') ?? false);
}

function exifTellsPlace(exif: Buffer | undefined): boolean {
  if (!exif) return false;
  const tiff = exif.toString('latin1', 0, 4) === 'Exif' ? exif.subarray(6) : exif;
  if (tiff.length < 14) return false;
  const little = tiff.toString('latin1', 0, 2) === 'II';
  const u16 = (at: number) => (at + 2 > tiff.length ? 0 : little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number) => (at + 4 > tiff.length ? 0 : little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const directory = u32(4);
  const entries = u16(directory);
  for (let entry = 0; entry < entries; entry += 1) if (u16(directory + 2 + 12 * entry) === gpsPointer) return true;
  return false;
}
