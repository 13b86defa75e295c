import { Transform } from 'node:stream';
import { crc32 } from 'node:zlib';

/** The signature and the header chunk, with which every PNG begins. */
export const headBytes = 8 + 25;

/**
 * Pure: a PNG text chunk (PNG 3rd edition, 11.3.3): `tEXt` when Latin-1 can say it, which every tool reads, else `iTXt` in UTF-8.
 * @param keyword 1 to 79 Latin-1 characters
 */
export function textChunk(keyword: string, text: string): Buffer {
  // Zero ends the keyword, so a text cannot hold one.
  const clean = text.replaceAll('\0', '').toWellFormed();
  // eslint-disable-next-line no-control-regex
  const latin = /^[\n\t\x20-\x7e\xa0-\xff]*$/.test(clean);
  return latin
    ? chunk('tEXt', Buffer.concat([Buffer.from(`${keyword}\0`, 'latin1'), Buffer.from(clean, 'latin1')]))
    : // Not compressed, no language, no translated keyword.
      chunk('iTXt', Buffer.concat([Buffer.from(`${keyword}\0\0\0\0\0`, 'latin1'), Buffer.from(clean, 'utf8')]));
}

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

/** Pure: the keyword of the text chunk that begins there; undefined when none does, or not with all of its keyword. */
export function chunkKeyword(png: Buffer, at: number): string | undefined {
  if (!/^(tEXt|iTXt)$/.test(png.toString('latin1', at + 4, at + 8))) return undefined;
  const end = png.indexOf(0, at + 8);
  return end === -1 ? undefined : png.toString('latin1', at + 8, end);
}

/** Lets a PNG through and puts `chunks` behind its header, so before every `IDAT`. Nothing is decoded or kept. */
export function insertChunks(chunks: Buffer): Transform {
  let head: Buffer | null = Buffer.alloc(0);
  return new Transform({
    transform(bytes: Buffer, _encoding, done) {
      if (head === null) return done(null, bytes);
      head = Buffer.concat([head, bytes]);
      if (head.length < headBytes) return done();
      this.push(head.subarray(0, headBytes));
      this.push(chunks);
      const rest = head.subarray(headBytes);
      head = null;
      done(null, rest);
    },
    flush(done) {
      done(null, head?.length ? head : undefined);
    },
  });
}
