import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Storage, uuidV7 } from '../platform/index.ts';
import { installationKey, tieStore } from './installation.ts';
import { type TestLibrary, openTestLibrary } from './library.test-support.ts';

const day = 86_400_000;
const signal = () => AbortSignal.timeout(20_000);

/** A house with an image in its store, at the real time, which files have too. */
const openHouse = async () => {
  const house = await openTestLibrary({ startsAt: new Date() });
  await house.addImage(house.newPerson('Ada'));
  return house;
};
const storedId = async ({ storage }: TestLibrary) => {
  const found = await storage.get(installationKey);
  return found && text(found.stream);
};
const idOf = async ({ database }: TestLibrary) =>
  (await sql<{ id: string }>`select id from library.installation`.execute(database.read)).rows[0]?.id;

/** A database that knows nothing of the images in the store. */
let stranger: TestLibrary;
beforeAll(async () => void (stranger = await openTestLibrary({ startsAt: new Date() })));
afterAll(() => stranger.close());
const tie = (house: TestLibrary, storage: Storage) => tieStore({ database: house.database, storage, ids: uuidV7 });

describe('the store of images', () => {
  test('gets the id of its database when both are new, and keeps it', async () => {
    const house = await openTestLibrary();
    expect(await Promise.all([house.library.tieStore(), house.library.tieStore()])).toEqual(['own', 'own']);
    expect(await storedId(house)).toBe(await idOf(house));
    await house.addImage(house.newPerson('Ada'));
    expect(await house.library.tieStore()).toBe('own');
    await house.close();
  });

  test('is tied by several processes that start together, whichever of them asks the store first', async () => {
    for (const othersFirst of [true, false]) {
      const house = await openTestLibrary();
      const slow = {
        ...house.storage,
        get: async (key: string) => {
          const before = await house.storage.get(key);
          // Meanwhile another process makes the id.
          await house.library.tieStore();
          return othersFirst ? house.storage.get(key) : before;
        },
      };
      expect(await tie(house, slow)).toBe('own');
      expect(await storedId(house)).toBe(await idOf(house));
      await house.close();
    }
  });

  test('is not shared by two new databases, though it holds nothing yet', async () => {
    const house = await openTestLibrary();
    await house.library.tieStore();
    expect(await tie(stranger, house.storage)).toBe('foreign');
    await house.close();
  });

  test('of an installation that is older than ids is taken by the database that knows its images, and by no other', async () => {
    const house = await openHouse();
    expect(await tie(stranger, house.storage)).toBe('foreign');
    expect([await storedId(house), await idOf(stranger)]).toEqual([null, undefined]);
    expect(await house.library.tieStore()).toBe('own');
    expect(await storedId(house)).toBe(await idOf(house));
    await house.close();
  });

  test('gives its id to a database that was restored from before there were ids, and to no new one', async () => {
    const house = await openHouse();
    await house.library.tieStore();
    await sql`delete from library.installation`.execute(house.database.read);
    expect(await tie(stranger, house.storage)).toBe('foreign');
    expect(await house.library.tieStore()).toBe('own');
    expect(await idOf(house)).toBe(await storedId(house));
    await house.close();
  });

  test('is swept by nobody else: no file goes, however old', async () => {
    const house = await openHouse();
    await house.library.tieStore();
    const wrong = await openTestLibrary({ startsAt: new Date(), wrapStorage: () => house.storage });
    wrong.pass(400 * day);
    expect(await wrong.library.sweepStorage(signal())).toBe(0);
    const keys: string[] = [];
    for await (const { key } of house.storage.list('images/')) keys.push(key);
    expect(keys).toHaveLength(1);
    await wrong.close();
    await house.close();
  });
});
