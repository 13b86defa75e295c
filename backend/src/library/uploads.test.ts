import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rmdir, utimes } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { Transform } from 'node:stream';
import { sql } from 'kysely';
import sharp, { type Exif } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Storage } from '../platform/index.ts';
import { type FillableStorage, makeFillable } from '../testing/index.ts';
import { tellsPlace } from './exif.ts';
import { type Person, type TestLibrary, makePicture, openTestLibrary } from './library.test-support.ts';
import { removeAbandonedFiles, trickles } from './received.ts';

const limits = { uploadBytes: 2_000_000, imagePixels: 1_000_000 };
let house: TestLibrary;
let alice: Person;

/** The sizes of the pieces in which originals came to storage. */
const kept: number[] = [];
const watched = (storage: Storage): Storage => ({
  ...storage,
  putStream: (key, stream, mediaType) => {
    const counted = new Transform({
      transform(piece: Buffer, _encoding, done) {
        kept.push(piece.length);
        done(null, piece);
      },
    });
    return storage.putStream(key, stream.pipe(counted), mediaType);
  },
});

beforeAll(async () => {
  house = await openTestLibrary({ limits, wrapStorage: watched });
  alice = house.newPerson('Alice');
});
afterAll(() => house.close());

const upload = (bytes: Buffer, type = 'image/png') => house.ask(alice, 'POST', '/api/images', bytes, { 'content-type': type });

test.each(['png', 'jpeg', 'webp', 'avif'] as const)('%s: the bytes stay exactly as they were sent', async (format) => {
  const bytes = await makePicture({ format, width: 120, height: 80 });
  const { status, json } = await upload(bytes, `image/${format}`);
  expect(status).toBe(201);
  expect(json).toMatchObject({
    origin: 'uploaded',
    mediaType: `image/${format}`,
    width: 120,
    height: 80,
    recipe: null,
    generationId: null,
    prompt: '',
    sizeBytes: bytes.length,
  });
  const file = await house.ask(alice, 'GET', `/api/images/${json.id}/file`);
  expect(file.bytes.equals(bytes)).toBe(true);
  expect(file.headers.get('content-type')).toBe(`image/${format}`);
});

test('the bytes say what it is, not the label', async () => {
  expect((await upload(await makePicture({ format: 'webp' }), 'image/png')).json).toMatchObject({ mediaType: 'image/webp' });
});

/** Lays a chunk behind the header of a PNG. */
function withChunk(png: Buffer, type: string, data = Buffer.alloc(8)): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([png.subarray(0, 33), length, Buffer.from(type), data, Buffer.alloc(4), png.subarray(33)]);
}

/** The picture with another size in its header, and nothing else: a few bytes that claim to be enormous. */
async function claiming(width: number, height: number): Promise<Buffer> {
  const png = Buffer.from(await makePicture());
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  png.writeUInt32BE((await import('node:zlib')).crc32(png.subarray(12, 29)), 29);
  return png;
}

describe('refused', () => {
  const picture = () => makePicture({ width: 200, height: 200 });
  const animated = async () =>
    sharp([await makePicture(), await makePicture()], { join: { animated: true } })
      .webp({ loop: 0 })
      .toBuffer();
  const cases: [string, () => Promise<Buffer> | Buffer, number, string, RegExp?][] = [
    ['nothing', () => Buffer.alloc(0), 400, 'image_not_readable'],
    ['text', () => Buffer.from('hello, I am a picture'), 400, 'image_not_readable'],
    ['SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 400, 'image_not_readable'],
    [
      'GIF',
      () =>
        sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
          .gif()
          .toBuffer(),
      400,
      'image_not_readable',
    ],
    [
      'TIFF',
      () =>
        sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } })
          .tiff()
          .toBuffer(),
      400,
      'image_not_readable',
    ],
    ['half a PNG', async () => (await picture()).subarray(0, 400), 400, 'image_not_readable', /damaged/],
    [
      'half a JPEG',
      async () => {
        const jpeg = await sharp(await picture())
          .jpeg()
          .toBuffer();
        return jpeg.subarray(0, jpeg.length / 2);
      },
      400,
      'image_not_readable',
      /damaged/,
    ],
    [
      'half a WebP',
      async () => {
        const webp = await sharp(await picture())
          .webp()
          .toBuffer();
        return webp.subarray(0, webp.length / 2);
      },
      400,
      'image_not_readable',
      /damaged/,
    ],
    [
      'half an AVIF',
      async () => {
        const avif = await sharp(await picture())
          .avif()
          .toBuffer();
        return avif.subarray(0, avif.length / 2);
      },
      400,
      'image_not_readable',
      /damaged/,
    ],
    ['only a signature', () => Buffer.from('89504e470d0a1a0a', 'hex'), 400, 'image_not_readable'],
    ['an animated WebP', animated, 400, 'image_not_readable', /Moving/],
    ['an animated PNG', async () => withChunk(await picture(), 'acTL'), 400, 'image_not_readable', /Moving/],
    ['a hundred megapixels', () => claiming(10_000, 10_000), 413, 'image_too_large', /10000 × 10000 = 100 million/],
    ['one line of a million pixels', () => claiming(900_000, 1), 413, 'image_too_large'],
    ['a size that is not there', () => claiming(999, 999), 400, 'image_not_readable', /damaged/],
    ['one pixel more than allowed', () => makePicture({ width: 1_001, height: 1_000, format: 'jpeg' }), 413, 'image_too_large'],
    ['one byte more than allowed', () => Buffer.alloc(limits.uploadBytes + 1), 413, 'image_too_large', /1 MB/],
    ['far more than allowed', () => Buffer.alloc(20_000_000), 413, 'image_too_large'],
  ];
  test.each(cases)('%s', async (_what, make, status, code, message = /./) => {
    const before = await house.ask(alice, 'GET', '/api/images?limit=1');
    const answer = await upload(await make());
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
    expect(answer.json.error.message).toMatch(message);
    expect(JSON.stringify(answer.json)).not.toMatch(/vips|sharp|\.ts:/);
    expect((await house.ask(alice, 'GET', '/api/images?limit=1')).json).toEqual(before.json);
  });

  test('a decompression bomb is refused by its header, however few bytes it has', async () => {
    const bomb = await sharp({
      create: { width: 5_000, height: 5_000, channels: 3, background: 'black' },
      limitInputPixels: false,
    })
      .png({ compressionLevel: 9 })
      .toBuffer();
    expect(bomb.length).toBeLessThan(limits.uploadBytes);
    expect((await upload(bomb)).json.error.code).toBe('image_too_large');
  });

  test.each(['application/json', 'text/plain', 'image/gif', 'image/svg+xml', 'multipart/form-data; boundary=x'])(
    'the type %s',
    async (type) => {
      expect((await upload(Buffer.from('{}'), type)).json.error.code).toBe('unsupported_media_type');
    },
  );

  test('a picture where JSON belongs, and a visitor, before anything is read', async () => {
    expect(
      (await house.ask(alice, 'POST', '/api/collections', await makePicture(), { 'content-type': 'image/png' })).json.error.code,
    ).toBe('unsupported_media_type');
    expect(
      (await house.ask(null, 'POST', '/api/images', Buffer.alloc(100_000), { 'content-type': 'image/png' })).json.error.code,
    ).toBe('sign_in_required');
  });

  test('JSON keeps its small limit', async () => {
    const { status, json } = await house.ask(alice, 'POST', '/api/collections', { name: 'x'.repeat(1_100_000) });
    expect([status, json.error.code]).toEqual([413, 'body_too_large']);
  });
});

/** Sends pieces as a body without a known length, until it is answered. */
function sendPieces(pieces: number, bytes: number, end: 'end' | 'break'): Promise<{ status: number; sent: number } | 'broken'> {
  return new Promise((resolve) => {
    let sent = 0;
    let status = 0;
    const request = httpRequest(`${house.origin}/api/images`, {
      method: 'POST',
      headers: { 'x-test-person': alice.id, 'content-type': 'image/png' },
    });
    request.on('response', (response) => {
      status = response.statusCode ?? 0;
      response.resume().on('end', () => resolve({ status, sent }));
      request.destroy();
    });
    request.on('error', () => resolve(status === 0 ? 'broken' : { status, sent }));
    const next = () => {
      if (status !== 0 || request.destroyed) return;
      if (sent >= pieces * bytes) return void (end === 'end' ? request.end() : request.destroy());
      sent += bytes;
      request.write(Buffer.alloc(bytes), () => setImmediate(next));
    };
    next();
  });
}

test('a body of unknown length is refused while it arrives', async () => {
  const answer = await sendPieces(10_000, 100_000, 'end');
  expect(answer).toMatchObject({ status: 413 });
  expect((answer as { sent: number }).sent).toBeLessThan(8 * limits.uploadBytes);
});

test('an upload that breaks off stores nothing', async () => {
  const count = async () =>
    (await sql<{ blobs: number }>`select count(*) as blobs from library.blobs`.execute(house.database.read)).rows[0]!.blobs;
  const before = await count();
  expect(await sendPieces(3, 1_000, 'break')).toBe('broken');
  expect(await count()).toBe(before);
});

test('a large upload goes to storage piece by piece, and leaves nothing on the disk of the API', async () => {
  const bytes = await sharp(randomBytes(600 * 600 * 3), { raw: { width: 600, height: 600, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer();
  kept.length = 0;
  const { status, json } = await upload(bytes);
  expect([status, json.sizeBytes]).toEqual([201, bytes.length]);
  expect(kept.reduce((sum, length) => sum + length, 0)).toBe(bytes.length);
  expect(Math.max(...kept)).toBeLessThan(bytes.length / 4);
  expect((await readdir(os.tmpdir())).filter((name) => name.startsWith('rendermart-upload-'))).toEqual([]);
});

test.each([
  [1, 59_000, false],
  [3, 75_000, true],
  [3_000_000, 150_000, false],
  [3_000_000, 170_000, true],
])('%d bytes in %d ms: too slow to keep a place, %s', (bytes, ms, expected) => {
  expect(trickles(bytes, ms)).toBe(expected);
});

describe('how much may arrive at once', () => {
  /** Begins to send a picture of a megabyte, and goes on when told. */
  function begin(person: Person, library: TestLibrary, length = 1_000_000) {
    const request = httpRequest(`${library.origin}/api/images`, {
      method: 'POST',
      headers: { 'x-test-person': person.id, 'content-type': 'image/png', 'content-length': length },
    });
    const status = new Promise<number>((resolve, reject) => {
      request.on('response', (response) => response.resume().on('end', () => resolve(response.statusCode!)));
      request.on('error', reject);
    });
    request.write(Buffer.alloc(1_000));
    return { status, finish: () => request.end(Buffer.alloc(length - 1_000)) };
  }
  const receivers = async () => (await readdir(os.tmpdir())).filter((name) => name.startsWith('rendermart-upload-')).length;
  const open = (more: object) => openTestLibrary({ limits: { ...limits, ...more } });
  const send = async (library: TestLibrary, person: Person) =>
    library.ask(person, 'POST', '/api/images', await makePicture(), { 'content-type': 'image/png' });

  test('of one account: a few, and the next is told when to come again', async () => {
    const library = await open({ uploadsAtOnce: 2 });
    const [eager, other] = [library.newPerson('Eager'), library.newPerson('Other')];
    const sent = [begin(eager, library), begin(eager, library)];
    await expect.poll(receivers).toBe(2);
    const refused = await send(library, eager);
    expect([refused.status, refused.json.error.code, refused.headers.get('retry-after')]).toEqual([429, 'rate_limited', '2']);
    expect(refused.json.error.message).toMatch(/^2 of your uploads are still arriving\. Nothing .* Send it when/);
    expect((await send(library, other)).status).toBe(201);
    for (const one of sent) one.finish();
    // They are no pictures: what matters is that their places are free again.
    expect(await Promise.all(sent.map(({ status }) => status))).toEqual([400, 400]);
    expect((await send(library, eager)).status).toBe(201);
    await library.close();
  });

  test('of all: what the disk holds, each counted twice because it may be written again', async () => {
    const library = await open({ receivingBytes: 4_100_000 });
    const people = ['Ada', 'Ben'].map((name) => library.newPerson(name));
    const sent = people.map((person) => begin(person, library));
    await expect.poll(receivers).toBe(2);
    const late = begin(library.newPerson('Cleo'), library);
    expect(await late.status).toBe(503);
    // A small one still fits beside them.
    expect((await send(library, people[0]!)).status).toBe(201);
    sent[0]!.finish();
    expect(await sent[0]!.status).toBe(400);
    const again = begin(people[0]!, library);
    await expect.poll(receivers).toBe(2);
    for (const one of [sent[1]!, again]) one.finish();
    expect(await Promise.all([sent[1]!.status, again.status])).toEqual([400, 400]);
    await library.close();
  });
});

test('what a killed process had begun to receive goes after an hour', async () => {
  const [old, young] = [await mkdtemp(`${os.tmpdir()}/rendermart-upload-`), await mkdtemp(`${os.tmpdir()}/rendermart-upload-`)];
  await utimes(old, new Date(0), new Date(Date.now() - 3_700_000));
  await removeAbandonedFiles();
  const left = await readdir(os.tmpdir());
  expect([left.includes(path.basename(old)), left.includes(path.basename(young))]).toEqual([false, true]);
  await rmdir(young);
});

describe('what a camera wrote', () => {
  const gps = { IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 51/1 0/1' } };
  const photo = async (exif: Exif, orientation?: number) =>
    sharp(await makePicture({ width: 90, height: 60 }))
      .withMetadata(orientation === undefined ? {} : { orientation })
      .withExif(exif)
      .jpeg()
      .toBuffer();

  test('the place is removed', async () => {
    const bytes = await photo(gps);
    const before = await sharp(bytes).metadata();
    expect(tellsPlace(before.exif, before.xmp)).toBe(true);
    const { json } = await upload(bytes, 'image/jpeg');
    const stored = (await house.ask(alice, 'GET', `/api/images/${json.id}/file`)).bytes;
    const after = await sharp(stored).metadata();
    expect([after.exif, after.xmp, after.format]).toEqual([undefined, undefined, 'jpeg']);
    expect(json.sizeBytes).toBe(stored.length);
  });

  test('a picture on its side is stored upright', async () => {
    const { json } = await upload(await photo({}, 6), 'image/jpeg');
    expect(json).toMatchObject({ width: 60, height: 90 });
    const after = await sharp((await house.ask(alice, 'GET', `/api/images/${json.id}/file`)).bytes).metadata();
    expect([after.width, after.height, after.orientation ?? 1]).toEqual([60, 90, 1]);
  });

  test('harmless notes leave the bytes alone', async () => {
    const bytes = await photo({ IFD0: { Copyright: 'Ada' } });
    const before = await sharp(bytes).metadata();
    expect(tellsPlace(before.exif, before.xmp)).toBe(false);
    const { json } = await upload(bytes, 'image/jpeg');
    expect((await house.ask(alice, 'GET', `/api/images/${json.id}/file`)).bytes.equals(bytes)).toBe(true);
  });

  test.each([
    undefined,
    Buffer.alloc(0),
    Buffer.from('Exif\0\0II'),
    Buffer.from('II*\0\xff\xff\xff\xff\0\0\0\0\0\0', 'latin1'),
    Buffer.from('MM\0*\0\0\0\x08\xff\xff\0\0\0\0', 'latin1'),
  ])('notes %# that are broken tell nothing, and break nothing', (exif) => expect(tellsPlace(exif, undefined)).toBe(false));
});

test('an upload that finds the disk full is refused in the form of the contract, and nothing is entered', async () => {
  let disk: FillableStorage | undefined;
  const full = await openTestLibrary({ wrapStorage: (storage) => (disk = makeFillable(storage)) });
  const eve = full.newPerson('Eve');
  const send = async () => full.ask(eve, 'POST', '/api/images', await makePicture(), { 'content-type': 'image/png' });
  expect((await send()).status).toBe(201);
  disk!.full = true;
  const refused = await send();
  expect([refused.status, refused.json.error.code]).toEqual([503, 'storage_full']);
  expect(refused.json.error.message).toContain('Nothing was lost');
  const { items } = (await full.ask(eve, 'GET', '/api/images')).json;
  expect(items).toHaveLength(1);
  expect((await full.ask(eve, 'GET', `/api/images/${items[0].id}/file`)).status).toBe(200);
  disk!.full = false;
  expect((await send()).status).toBe(201);
  await full.close();
});
