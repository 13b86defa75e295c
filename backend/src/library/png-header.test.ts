import sharp from 'sharp';
import { expect, test } from 'vitest';
import { plainPngHeader } from './png-header.ts';

const draw = (channels: 1 | 2 | 3 | 4, width = 30, height = 20) =>
  sharp(Buffer.alloc(width * height * channels, 90), { raw: { width, height, channels } });

test.each([
  ['colours', () => draw(3).png()],
  ['colours and alpha', () => draw(4).png()],
  ['a palette with alpha', () => draw(4).png({ palette: true })],
  ['a colour profile', () => draw(3).withIccProfile('p3').png()],
] as const)('a PNG with %s tells what the library reads from it', async (_name, make) => {
  const bytes = await make().toBuffer();
  const { width, height, hasAlpha } = await sharp(bytes).metadata();
  expect(plainPngHeader(bytes)).toEqual({ width, height, hasAlpha });
});

test('what may hide an orientation or a place, is damaged or is no PNG is left to the library', async () => {
  const bytes = await draw(3).png().toBuffer();
  const withExif = await draw(3).withMetadata({ orientation: 6 }).png().toBuffer();
  expect(plainPngHeader(withExif)).toBeNull();
  expect(plainPngHeader(bytes.subarray(0, -5))).toBeNull();
  expect(plainPngHeader(Buffer.concat([bytes, Buffer.from('more')]))).toBeNull();
  expect(plainPngHeader(await draw(3).jpeg().toBuffer())).toBeNull();
  for (let length = 0; length < 40; length++) expect(plainPngHeader(bytes.subarray(0, length))).toBeNull();
});
