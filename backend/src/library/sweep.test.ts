import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openListener } from '../platform/index.ts';
import { type Person, type TestLibrary, makePicture, openTestLibrary, plainRecipe } from './library.test-support.ts';

let house: TestLibrary;
let alice: Person;
const hour = 3_600_000;
const signal = () => AbortSignal.timeout(20_000);

beforeAll(async () => void (house = await openTestLibrary()));
afterAll(() => house.close());
beforeEach(() => void (alice = house.newPerson('Alice')));

async function keys(of: TestLibrary): Promise<string[]> {
  const found: string[] = [];
  for (const prefix of ['images/', 'thumbnails/']) for await (const { key } of of.storage.list(prefix)) found.push(key);
  return found.sort();
}

// Leaves the house without orphans, so that each test counts only its own.
beforeEach(async () => {
  house.pass(2 * hour);
  await house.library.sweep(signal());
});

const name = (stored: Awaited<ReturnType<typeof house.library.storeOriginal>>, generationId = crypto.randomUUID()) =>
  house.database.tx((tx) =>
    house.library.addImage(tx, { accountId: alice.id, generationId, index: 0, stored, recipe: plainRecipe, parentId: null }),
  );

describe('bytes that no image names', () => {
  test('are what a worker leaves that dies between storing and naming: kept for an hour, then gone with their row', async () => {
    const stored = await house.library.storeOriginal(await makePicture());
    house.pass(hour - 1_000);
    expect(await house.library.sweep(signal())).toBe(0);
    expect(await house.storage.exists(stored.storageKey)).toBe(true);
    house.pass(2_000);
    expect(await house.library.sweep(signal())).toBe(1);
    expect(await house.storage.exists(stored.storageKey)).toBe(false);
    expect((await sql`select 1 from library.blobs where id = ${stored.blobId}`.execute(house.database.read)).rows).toEqual([]);
  });

  test('live on when the same bytes are stored again, even by somebody who was just in time', async () => {
    const picture = await makePicture();
    const first = await house.library.storeOriginal(picture);
    house.pass(hour + 1_000);
    const second = await house.library.storeOriginal(picture);
    expect(second.storageKey).toBe(first.storageKey);
    expect(await house.library.sweep(signal())).toBe(0);
    await name(second);
  });

  test('stored again after they were condemned, they are a new blob under a new key, which the sweep leaves alone', async () => {
    const picture = await makePicture();
    const first = await house.library.storeOriginal(picture);
    // The sweeper died after condemning, before removing.
    await sql`update library.blobs set condemned_at = now() where id = ${first.blobId}`.execute(house.database.read);
    const second = await house.library.storeOriginal(picture);
    expect(second.storageKey).not.toBe(first.storageKey);
    const image = await name(second);
    house.pass(hour + 1_000);
    expect(await house.library.sweep(signal())).toBe(1);
    expect(await house.storage.exists(first.storageKey)).toBe(false);
    expect((await house.ask(alice, 'GET', `/api/images/${image}/file`)).status).toBe(200);
  });

  test('cannot be named any more once they are condemned: the attempt fails as a whole', async () => {
    const stored = await house.library.storeOriginal(await makePicture());
    house.pass(hour + 1_000);
    await house.library.sweep(signal());
    await expect(name(stored)).rejects.toThrow();
    expect((await house.ask(alice, 'GET', '/api/images')).json.items).toEqual([]);
  });

  test('being named at the very moment of the sweep, they stay: the sweep waits and looks again', async () => {
    const stored = await house.library.storeOriginal(await makePicture());
    house.pass(hour + 1_000);
    let named = (): void => {};
    const mayCommit = new Promise<void>((resolve) => (named = resolve));
    let added = (): void => {};
    const isAdded = new Promise<void>((resolve) => (added = resolve));
    const naming = house.database.tx(async (tx) => {
      const id = await house.library.addImage(tx, {
        accountId: alice.id,
        generationId: crypto.randomUUID(),
        index: 0,
        stored,
        recipe: plainRecipe,
        parentId: null,
      });
      added();
      await mayCommit;
      return id;
    });
    await isAdded;
    const sweeping = house.library.sweep(signal());
    await expect
      .poll(async () => (await house.database.pool.query(`select from pg_stat_activity where wait_event_type = 'Lock'`)).rowCount)
      .toBe(1);
    named();
    expect(await sweeping).toBe(0);
    expect((await house.ask(alice, 'GET', `/api/images/${await naming}/file`)).status).toBe(200);
  });

  test('a crash between the row and its file: whoever stores the same bytes next writes the file', async () => {
    const picture = await makePicture();
    const first = await house.library.storeOriginal(picture);
    await house.storage.remove(first.storageKey);
    const image = await name(await house.library.storeOriginal(picture));
    expect((await house.ask(alice, 'GET', `/api/images/${image}/file`)).status).toBe(200);
  });
});

test('purged bytes go after an hour with their thumbnails, unless another image has the same', async () => {
  const [own, shared] = [await makePicture({ width: 700 }), await makePicture({ width: 700 })];
  const bob = house.newPerson('Bob');
  const ids = [await house.addImage(alice, { picture: own }), await house.addImage(alice, { picture: shared })];
  const kept = await house.addImage(bob, { picture: shared });
  for (const id of ids) await house.ask(alice, 'GET', `/api/images/${id}/thumbnails/640`);
  const before = await keys(house);
  await house.ask(alice, 'POST', '/api/images/trash', { ids });
  await house.ask(alice, 'POST', '/api/images/purge', { ids });
  expect(await house.library.sweep(signal())).toBe(0);
  house.pass(hour + 1_000);
  expect(await house.library.sweep(signal())).toBe(1);
  expect(before.length - (await keys(house)).length).toBe(2);
  expect((await house.ask(bob, 'GET', `/api/images/${kept}/file`)).status).toBe(200);
});

test("the trash is emptied when the administrator's days are over, not earlier", async () => {
  house.settings.trashDays = 7;
  const ids = [await house.addImage(alice), await house.addImage(alice), await house.addImage(alice)];
  await house.ask(alice, 'POST', '/api/images/trash', { ids: [ids[0]] });
  house.pass(6 * 24 * hour);
  await house.ask(alice, 'POST', '/api/images/trash', { ids: [ids[1]] });
  house.pass(2 * 24 * hour);
  const cron = house.library.crons.find((task) => task.name === 'library.empty-trash')!;
  await cron.handle(signal());
  expect(await Promise.all(ids.map(async (id) => (await house.ask(alice, 'GET', `/api/images/${id}`)).status))).toEqual([
    404, 200, 200,
  ]);
});

test('files that no row names go, and only those, and only when they are a month old', async () => {
  // Files have the real clock's dates, so this house has it too.
  const own = await openTestLibrary({ startsAt: new Date() });
  const ada = own.newPerson('Ada');
  const image = await own.addImage(ada, { picture: await makePicture({ width: 700 }) });
  await own.ask(ada, 'GET', `/api/images/${image}/thumbnails/640`);
  const named = await keys(own);
  for (const key of ['images/00/11/0011.abc.png', 'thumbnails/00/11/0011.abc.png.256.webp'])
    await own.storage.put(key, Buffer.from('x'), 'image/png');
  expect(await own.library.sweepStorage(signal())).toBe(0);
  // A month to take the newer database back after an older one was restored.
  own.pass(29 * 24 * hour);
  expect(await own.library.sweepStorage(signal())).toBe(0);
  own.pass(24 * hour + 60_000);
  expect(await own.library.sweepStorage(signal())).toBe(2);
  expect(await keys(own)).toEqual(named);
  await own.close();
});

test('the queue makes the thumbnails of a new image, and tells the streams of its owner', async () => {
  const working = await openTestLibrary({ works: true });
  const listener = await openListener(String(working.database.pool.options.connectionString), { warn: () => {} });
  const heard: unknown[] = [];
  listener.on('library_image', (payload) => heard.push(payload));
  await working.tasks.work();
  const ada = working.newPerson('Ada');
  const id = await working.addImage(ada, { picture: await makePicture({ width: 700 }) });
  await expect.poll(() => heard, { timeout: 20_000 }).toEqual([{ accountId: ada.id, imageId: id }]);
  const formats: string[] = [];
  for await (const { key } of working.storage.list('thumbnails/')) formats.push(key.split('.').slice(-2).join('.'));
  expect(formats.sort()).toEqual(['256.avif', '256.webp', '640.avif', '640.webp']);
  await listener.close();
  await working.close();
});

test('an image whose transaction rolls back leaves neither a row nor a task', async () => {
  const stored = await house.library.storeOriginal(await makePicture({ width: 700 }));
  const failing = house.database.tx(async (tx) => {
    await house.library.addImage(tx, {
      accountId: alice.id,
      generationId: crypto.randomUUID(),
      index: 0,
      stored,
      recipe: plainRecipe,
      parentId: null,
    });
    throw new Error('the lease was lost');
  });
  await expect(failing).rejects.toThrow('the lease was lost');
  expect((await house.ask(alice, 'GET', '/api/images')).json.items).toEqual([]);
  // Tasks are queued in the order of the commits, so what follows would have come after the image that is not there.
  const image = await name(stored);
  await expect
    .poll(async () => (await queuedThumbnails()).filter((queued) => queued.accountId === alice.id))
    .toContainEqual({
      blobId: stored.blobId,
      imageId: image,
      accountId: alice.id,
    });
  expect((await queuedThumbnails()).filter((queued) => queued.blobId === stored.blobId)).toHaveLength(1);
});

test('images that land together share a task, and those that a crash left without one are found a minute later', async () => {
  const together = await Promise.all(
    [1, 2, 3].map(async () => house.addImage(alice, { picture: await makePicture({ width: 700 }) })),
  );
  const tasksOf = async (imageId: string) =>
    (await queuedTasks()).filter((images) => images.some((image) => image.imageId === imageId));
  await expect.poll(() => tasksOf(together[0]!)).toHaveLength(1);
  expect((await tasksOf(together[0]!))[0]!.map((image) => image.imageId)).toEqual(expect.arrayContaining(together));
  // As if the process had died before it queued them.
  await house.database.pool.query(`delete from pgboss.job where name = 'library.thumbnail-batch'`);
  const cron = house.library.crons.find((task) => task.name === 'library.forgotten-thumbnails')!;
  await cron.handle(signal());
  expect(await tasksOf(together[0]!)).toEqual([]);
  house.pass(61_000);
  await cron.handle(signal());
  expect((await queuedThumbnails()).map((image) => image.imageId)).toEqual(expect.arrayContaining(together));
});

async function queuedTasks(): Promise<{ blobId: string; imageId: string; accountId: string }[][]> {
  const { rows } = await house.database.pool.query(
    `select data from pgboss.job where name = 'library.thumbnail-batch' order by created_on`,
  );
  return rows.map((row) => row.data.images);
}

async function queuedThumbnails() {
  return (await queuedTasks()).flat();
}

test('originals are not stored inside a transaction', async () => {
  await expect(house.database.tx(async () => house.library.storeOriginal(await makePicture()))).rejects.toThrow(
    'inside a database transaction',
  );
});
