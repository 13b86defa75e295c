import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Storage } from './storage.ts';

/** All items of an iteration. */
export async function gather<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const gathered: Item[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}

function* piecesOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}

type Ask = () => Storage;

const reading = (storage: Ask) => async (key: string) => {
  const found = await storage().get(key);
  return found && { bytes: await buffer(found.stream), sizeBytes: found.sizeBytes };
};

/** What every driver keeps, on every server that it is used with. `make` is called once; what it gives is closed if it can be. */
export function describeStorage(name: string, make: () => Storage & { close?(): void }): void {
  describe(`${name} keeps the contract:`, () => {
    let storage: Storage & { close?(): void };
    beforeAll(() => void (storage = make()));
    afterAll(() => storage.close?.());
    testBytes(() => storage);
    testKeys(() => storage);
  });
}

function testBytes(storage: Ask): void {
  const read = reading(storage);

  test('check passes, and leaves nothing behind', async () => {
    await storage().check();
    await storage().reach();
    expect(await gather(storage().list('checks/'))).toEqual([]);
  });

  test('gives back what was put, and puts the same key again', async () => {
    const bytes = randomBytes(300_000);
    await storage().put('images/ab/cd/one.png', bytes, 'image/png');
    await storage().put('images/ab/cd/one.png', bytes, 'image/png');
    expect(await read('images/ab/cd/one.png')).toEqual({ bytes, sizeBytes: 300_000 });
    expect(await storage().exists('images/ab/cd/one.png')).toBe(true);
  });

  test('what can be made again is put as whole, in folders that are not there yet', async () => {
    const bytes = randomBytes(300_000);
    await storage().putDerived('thumbnails/ef/01/one.webp', bytes, 'image/webp');
    expect(await read('thumbnails/ef/01/one.webp')).toEqual({ bytes, sizeBytes: 300_000 });
  });

  test('a view into a larger buffer is stored without its surroundings', async () => {
    await storage().put('images/view', new Uint8Array([1, 2, 3, 4, 5, 6]).subarray(2, 4), 'image/png');
    expect((await read('images/view'))?.bytes).toEqual(Buffer.from([3, 4]));
  });

  test('a stream is stored piece by piece, small or in several parts, and one that breaks leaves nothing', async () => {
    for (const size of [0, 100_000, 9_000_000, 20_000_000]) {
      const bytes = randomBytes(size);
      await storage().putStream(`images/stream-${size}`, Readable.from(piecesOf(bytes)), 'image/png');
      expect((await read(`images/stream-${size}`))?.bytes.equals(bytes)).toBe(true);
    }
    const broken = Readable.from(
      (async function* () {
        yield* piecesOf(randomBytes(20_000_000));
        throw new Error('the sender went away');
      })(),
      { objectMode: false },
    );
    await expect(storage().putStream('images/broken', broken, 'image/png')).rejects.toThrow();
    expect(await storage().get('images/broken')).toBeNull();
  });
}

function testKeys(storage: Ask): void {
  test('nothing under a key is null, and removing nothing is a success', async () => {
    expect(await storage().get('images/ab/none.png')).toBeNull();
    expect(await storage().exists('images/ab/none.png')).toBe(false);
    await storage().remove('images/ab/none.png');
    await storage().put('images/gone', Buffer.from('x'), 'image/png');
    await storage().remove('images/gone');
    expect(await storage().get('images/gone')).toBeNull();
  });

  test('lists every key below a prefix, over several pages, and no neighbour', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e'].map((letter) => `listed/${letter}/x.webp`);
    for (const key of [...keys, 'listed-not/y']) await storage().put(key, Buffer.from('12345'), 'image/webp');
    const found = await gather(storage().list('listed/'));
    expect(found.map((entry) => entry.key).sort()).toEqual(keys);
    expect(found.every((entry) => entry.sizeBytes === 5 && entry.modifiedAt.getTime() > Date.now() - 60_000)).toBe(true);
    expect(await gather(storage().list('nowhere/'))).toEqual([]);
  });

  test.each([
    '../outside',
    'images/../../outside',
    '/etc/passwd',
    'images//x',
    'images/..',
    'images/.hidden',
    'images/a\\b',
    'images/a\0b',
    'images',
    '',
  ])('refuses the key %j', async (key) => {
    await expect(storage().put(key, Buffer.from('x'), 'image/png')).rejects.toThrow('Invariant');
    await expect(Promise.resolve().then(() => storage().get(key))).rejects.toThrow('Invariant');
  });
}
