/** The text chunks of a PNG by keyword, read as other tools read them (PNG 3rd edition, 11.3.3). */
export function readPngTexts(bytes: Buffer): Map<string, string> {
  const texts = new Map<string, string>();
  for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at) + 12) {
    const type = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at));
    const end = data.indexOf(0);
    if (type === 'tEXt') texts.set(data.toString('latin1', 0, end), data.toString('latin1', end + 1));
    // Behind the keyword of an iTXt: not compressed (two bytes), no language, no translated keyword.
    if (type === 'iTXt') texts.set(data.toString('latin1', 0, end), data.toString('utf8', end + 5));
  }
  return texts;
}
