import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, type TestLibrary, openTestLibrary } from './library.test-support.ts';

let house: TestLibrary;
let ada: Person;
let bob: Person;
beforeAll(async () => {
  house = await openTestLibrary();
  house.settings.exploreAudience = 'everyone';
  [ada, bob] = [house.newPerson('Ada'), house.newPerson('Bob')];
});
afterAll(() => house.close());

const publish = async (person: Person, id: string) => {
  const answer = await house.ask(person, 'PATCH', `/api/images/${id}`, { published: true });
  expect(answer.status).toBe(200);
  return answer.json.publishedAt as string;
};
const setAway = (isAway: boolean) => house.database.tx((tx) => house.library.setOwnerAway(tx, ada.id, isAway));
const explored = async () =>
  (await house.ask(null, 'GET', '/api/explore')).json.items.map(({ id }: { id: string }) => id) as string[];

test('what a disabled person published is shown to nobody until they are enabled again', async () => {
  const [shown, secret, others] = [await house.addImage(ada), await house.addImage(ada), await house.addImage(bob)];
  await publish(ada, shown);
  await publish(bob, others);
  expect(await explored()).toEqual([others, shown]);

  await setAway(true);
  expect(await explored()).toEqual([others]);
  const paths = [shown, `${shown}/file`, `${shown}/thumbnails/256`].map((path) => `/api/images/${path}`);
  for (const path of paths) for (const who of [null, bob]) expect((await house.ask(who, 'GET', path)).status).toBe(404);
  expect((await house.ask(bob, 'PUT', `/api/images/${shown}/like`)).status).toBe(404);
  expect(await house.library.readableSource(house.database.read, bob.id, shown)).toBe(false);

  await setAway(false);
  expect(await explored()).toEqual([others, shown]);
  expect((await house.ask(bob, 'GET', `/api/images/${secret}`)).status).toBe(404);
});

test('what moderators took away meanwhile does not come back', async () => {
  const imageId = await house.addImage(ada);
  await publish(ada, imageId);
  await setAway(true);
  await house.database.tx((tx) => house.library.markWithheld(tx, { imageId, accountId: ada.id }, true));
  await setAway(false);
  expect(await explored()).not.toContain(imageId);
});
