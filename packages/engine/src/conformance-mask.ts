import { crc32, deflateSync } from 'node:zlib';
import type { Picture } from './spec.ts';

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

/** A mask whose left half is drawn anew: a PNG of one grey byte a pixel. */
export function leftHalfMask(width: number, height: number): Picture {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  // A row begins with its filter, 0 for none.
  const row = Buffer.from([0, ...Array.from({ length: width }, (_, x) => (x < width / 2 ? 255 : 0))]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const bytes = Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
  return { bytes, mediaType: 'image/png', width, height };
}
