import { describe, expect, test } from 'vitest';
import { readCursor, writeCursor } from './cursor.ts';
import { fileNames } from './archives.ts';
import { makeGate } from './gate.ts';
import { insertChunks, textChunk } from './png-text.ts';
import {
  baseName,
  cacheHeaders,
  formatFor,
  isFresh,
  isOwnThumbnail,
  keysOf,
  originalKey,
  originalOf,
  servedSize,
  sizesFor,
} from './rules.ts';

const id = '01930000-0000-7000-8000-0000abcd1234';

test.each([
  ['a red fox', null, 'a-red-fox-abcd1234'],
  ['ignored', 'My Title!', 'my-title-abcd1234'],
  ['', null, 'image-abcd1234'],
  ['...', null, 'image-abcd1234'],
  ['../../etc/passwd', null, 'etc-passwd-abcd1234'],
  ['一只狐狸 🦊', null, '一只狐狸-abcd1234'],
  ['word '.repeat(40), null, `${'word-'.repeat(12)}abcd1234`],
  ['x'.repeat(200), null, 'image-abcd1234'],
  ['lone \ud800 half', null, 'lone-half-abcd1234'],
])('baseName(%j, %j) is %s', (prompt, title, name) => expect(baseName({ prompt, title, id })).toBe(name));

test('every name of an archive is there once, also where capitals do not count', () => {
  const row = { id, title: null, prompt: 'Fox', media_type: 'image/png' };
  expect(fileNames([row, { ...row, prompt: 'FOX' }, { ...row, media_type: 'image/jpeg' }])).toEqual([
    'fox-abcd1234.png',
    'fox-abcd1234-2.png',
    'fox-abcd1234.jpg',
  ]);
});

test.each([
  [undefined, 'webp'],
  ['*/*', 'webp'],
  ['image/avif', 'avif'],
  ['image/webp,image/avif;q=0.9', 'avif'],
  ['image/avif;q=0', 'webp'],
  ['image/avif;q=0.0, image/webp', 'webp'],
  ['image/avifx', 'webp'],
  ['x-image/avif', 'webp'],
])('Accept %j gets %s', (accept, format) => expect(formatFor(accept)).toBe(format));

test.each([
  [{ mine: true, published: false, audience: 'everyone' }, 'private, max-age=31536000, immutable'],
  [{ mine: true, published: true, audience: 'everyone' }, 'private, max-age=31536000, immutable'],
  [{ mine: false, published: true, audience: 'members' }, 'private, max-age=600'],
  [{ mine: false, published: true, audience: 'everyone' }, 'public, max-age=600'],
] as const)('%j is kept as %s', (shelf, header) => expect(cacheHeaders(shelf)['cache-control']).toBe(header));

test.each([
  ['"a"', true],
  ['W/"a"', true],
  ['"b", "a"', true],
  ['*', true],
  ['"b"', false],
  ['a', false],
  [undefined, false],
])('%j is fresh: %s', (tag, fresh) => expect(isFresh(tag, '"a"')).toBe(fresh));

test('every key tells the original that it belongs to', () => {
  const key = originalKey('ab'.repeat(32), id, 'image/png');
  expect(key).toBe(`images/ab/${'ab'.repeat(32)}.0000abcd1234.png`);
  expect(keysOf(key)).toHaveLength(5);
  expect(new Set(keysOf(key).map(originalOf))).toEqual(new Set([key]));
});

test('a picture that fits the small size has only that one', () => {
  expect([sizesFor({ width: 256, height: 10 }), sizesFor({ width: 10, height: 257 })]).toEqual([[256], [256, 640]]);
  expect([servedSize(640, { width: 200, height: 200 }), servedSize(640, { width: 700, height: 10 })]).toEqual([256, 640]);
});

test('a cursor comes back as it was written', () => {
  expect(readCursor('time', writeCursor([new Date(5), id]))).toEqual([new Date(5), id]);
  expect(readCursor('likes', writeCursor([3, new Date(5), id]))).toEqual([3, new Date(5), id]);
  expect(readCursor('time', undefined)).toBeUndefined();
});

describe('chunks', () => {
  test('have the length, type and checksum of the specification', () => {
    // As Python's zlib.crc32 counts it.
    expect(textChunk('a', 'b').toString('hex')).toBe('0000000374455874610062dc49a23b');
    expect(textChunk('k', 'zero\0out').includes('zeroout')).toBe(true);
  });

  test.each([1, 7, 8, 32, 33, 34, 1_000])('go behind the header when a file comes in pieces of %i bytes', async (size) => {
    const file = Buffer.from(Array.from({ length: 100 }, (_, at) => at));
    const stream = insertChunks(Buffer.from('<new>'));
    for (let at = 0; at < file.length; at += size) stream.write(file.subarray(at, at + size));
    stream.end();
    expect(Buffer.concat(await stream.toArray())).toEqual(
      Buffer.concat([file.subarray(0, 33), Buffer.from('<new>'), file.subarray(33)]),
    );
  });
});

test('a gate lets as many through as it has places, in order, and one that fails gives its place back', async () => {
  const gate = makeGate(2);
  let inside = 0;
  const order: number[] = [];
  const most: number[] = [];
  const works = Array.from({ length: 6 }, (_, at) =>
    gate(async () => {
      order.push(at);
      most.push((inside += 1));
      await new Promise((resolve) => setTimeout(resolve, 2));
      inside -= 1;
      if (at === 1) throw new Error('no');
    }),
  );
  const settled = await Promise.allSettled(works);
  expect(settled.map((result) => result.status)).toEqual(['fulfilled', 'rejected', ...Array(4).fill('fulfilled')]);
  expect(Math.max(...most)).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4, 5]);
});

test.each([
  [{ width: 64, height: 64, mediaType: 'image/png', sizeBytes: 500 }, true],
  [{ width: 256, height: 1, mediaType: 'image/webp', sizeBytes: 8_192 }, true],
  [{ width: 257, height: 1, mediaType: 'image/png', sizeBytes: 500 }, false],
  [{ width: 64, height: 64, mediaType: 'image/png', sizeBytes: 8_193 }, false],
  [{ width: 64, height: 64, mediaType: 'image/avif', sizeBytes: 500 }, false],
])('isOwnThumbnail(%o) is %o', (picture, expected) => expect(isOwnThumbnail(picture)).toBe(expected));
