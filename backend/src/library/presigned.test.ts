import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Storage } from '../platform/index.ts';
import { type Person, type TestLibrary, makePicture, openTestLibrary } from './library.test-support.ts';

const bucket = 'https://bucket.example.com/';
let house: TestLibrary;
let alice: Person;
let bob: Person;

let opened: string[] = [];

/** A folder that also signs, so that what is signed and for whom can be seen. */
const signing = (storage: Storage): Storage => ({
  ...storage,
  get: (key) => {
    opened.push(key);
    return storage.get(key);
  },
  signedUrl: async (key, { fileName, mediaType }) => `${bucket}${key}?name=${fileName ?? ''}&type=${mediaType}`,
});

beforeAll(async () => {
  house = await openTestLibrary({ wrapStorage: signing, limits: { signedReads: true } });
  alice = house.newPerson('Alice');
  bob = house.newPerson('Bob');
});
afterAll(() => house.close());

const file = (person: Person | null, id: string, query = '') => house.ask(person, 'GET', `/api/images/${id}/file${query}`);

test('the owner is led to the original, for a few minutes, and the answer is kept for less', async () => {
  const id = await house.addImage(alice);
  opened = [];
  const { status, headers } = await file(alice, id);
  expect(status).toBe(302);
  expect(headers.get('location')).toMatch(/^https:\/\/bucket\.example\.com\/images\/.*name=&type=image\/png$/);
  expect(headers.get('cache-control')).toBe('private, max-age=240');
  expect(headers.has('etag')).toBe(false);
  // Whoever is led to the bucket costs this program no reading.
  expect(opened).toEqual([]);
});

test('a download of a PNG gets its recipe on the way, so it comes through the API; others are led to the bucket', async () => {
  const png = await file(alice, await house.addImage(alice), '?download=true');
  expect(png.status).toBe(200);
  expect(png.bytes.toString('latin1')).toContain('parameters');
  const webp = await file(
    alice,
    await house.addImage(alice, { picture: await makePicture({ format: 'webp' }) }),
    '?download=true',
  );
  expect(webp.status).toBe(302);
  expect(webp.headers.get('location')).toMatch(/name=.+\.webp/);
});

test.each(['members', 'everyone'] as const)(
  'nobody but the owner gets an address of an original: shown to %s',
  async (audience) => {
    house.settings.exploreAudience = audience;
    const id = await house.addImage(alice);
    expect((await file(bob, id)).status).toBe(404);
    await house.ask(alice, 'PATCH', `/api/images/${id}`, { published: true });
    for (const query of ['', '?download=true']) {
      const seen = await file(bob, id, query);
      expect([seen.status, seen.headers.get('location')]).toEqual([200, null]);
    }
    if (audience === 'everyone') expect((await file(null, id)).status).toBe(200);
  },
);

test('thumbnails are made here, and once they lie in the bucket whoever may see the image is led there', async () => {
  const id = await house.addImage(alice, { picture: await makePicture({ width: 600, height: 400 }) });
  const ask = (person: Person) => house.ask(person, 'GET', `/api/images/${id}/thumbnails/256`);
  expect((await ask(alice)).status).toBe(200);
  const { rows } = await house.database.pool.query('select blob_id from library.images where id = $1', [id]);
  const task = house.library.tasks.find(({ name }) => name === 'library.thumbnail-batch')!;
  const images = [{ blobId: rows[0].blob_id, imageId: id, accountId: alice.id }];
  await task.handle({ images } as never, AbortSignal.timeout(30_000));
  const led = await ask(alice);
  expect([led.status, led.headers.get('location')]).toEqual([302, expect.stringMatching(/\/thumbnails\/.*256\.webp/)]);
  expect((await ask(bob)).status).toBe(404);
});
