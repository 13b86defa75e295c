import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, type TestLibrary, makePicture, openTestLibrary, plainRecipe } from './library.test-support.ts';
import { copyOf } from './trade.ts';

let library: TestLibrary;
let seller: Person;
let buyer: Person;
beforeAll(async () => {
  library = await openTestLibrary();
  [seller, buyer] = [library.newPerson('Sale'), library.newPerson('Bea')];
});
afterAll(() => library.close());

/** An image that the buyer has a licence for. */
async function buy(): Promise<{ id: string; purchaseId: string }> {
  const imageId = await library.addImage(seller);
  const purchaseId = randomUUID();
  await library.database.tx((tx) =>
    library.library.grantLicence(tx, { imageId, accountId: buyer.id, purchaseId, licence: 'personal' }),
  );
  const { json } = await library.ask(buyer, 'GET', '/api/images?origin=licensed');
  return { id: json.items[0].id, purchaseId };
}

test('a larger copy of a licensed image carries its licence, so it is neither published nor sold', async () => {
  const licensed = await buy();
  const generationId = randomUUID();
  const copy = await library.addImage(buyer, { generationId, parentId: licensed.id, recipe: { scale: 2, upscaler: 'U' } });
  const { json } = await library.ask(buyer, 'GET', `/api/images/${copy}`);
  expect(json).toMatchObject({ origin: 'licensed', licence: { kind: 'personal', purchaseId: licensed.purchaseId } });
  const refused = await library.ask(buyer, 'PATCH', `/api/images/${copy}`, { published: true });
  expect(refused.json.error.code).toBe('licence_forbids');
});

test('the picture of a receipt is the copy that was bought, found by the index of copies', async () => {
  const bought = await buy();
  const made = { generationId: randomUUID(), parentId: bought.id, recipe: { scale: 2, upscaler: 'U' } };
  await library.addImage(buyer, made);
  const query = copyOf([randomUUID(), bought.purchaseId]);
  expect((await query.execute(library.database.read)).rows).toEqual([{ id: bought.id }]);
  const plan = await library.database.tx(async (tx) => {
    // A table of a few rows is read whole otherwise.
    await sql`set local enable_seqscan = off`.execute(tx);
    return JSON.stringify((await sql`explain (format json) ${query}`.execute(tx)).rows);
  });
  expect(plan).toContain('"Index Name":"images_of_purchase"');
});

test('a larger copy keeps the licence when the licensed image is deleted for good while it is made', async () => {
  const licensed = await buy();
  const source = (await library.library.openSource(buyer.id, licensed.id))!;
  await library.ask(buyer, 'POST', '/api/images/trash', { ids: [licensed.id] });
  expect((await library.ask(buyer, 'POST', '/api/images/purge', { ids: [licensed.id] })).json).toEqual({ changed: 1 });

  const stored = await library.library.storeOriginal(await makePicture());
  const recipe = { ...plainRecipe, scale: 2, upscaler: 'U', sourceImageId: licensed.id };
  const made = { accountId: buyer.id, generationId: randomUUID(), index: 0, stored, recipe, parentId: licensed.id };
  const copy = await library.database.tx((tx) => library.library.addImage(tx, { ...made, descent: source.descent }));
  const { json } = await library.ask(buyer, 'GET', `/api/images/${copy}`);
  expect(json).toMatchObject({ origin: 'licensed', licence: { kind: 'personal', purchaseId: licensed.purchaseId } });
});

test('a larger copy of an image of one’s own is one’s own', async () => {
  const own = await library.addImage(buyer);
  const copy = await library.addImage(buyer, { generationId: randomUUID(), parentId: own, recipe: { scale: 2, upscaler: 'U' } });
  const { json } = await library.ask(buyer, 'PATCH', `/api/images/${copy}`, { published: true });
  expect(json).toMatchObject({ origin: 'generated', licence: null, published: true });
});
