import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { type Person, type TestMarket, openTestMarket } from './market.test-support.ts';

// A larger copy, or the same bytes again, is still the same picture: what was promised or decided of one counts for all.
let market: TestMarket;
let seller: Person;
let buyer: Person;
let moderator: Person;
beforeAll(async () => {
  market = await openTestMarket();
  moderator = market.newPerson('Moda', 'administrator');
});
beforeEach(() => {
  [seller, buyer] = [market.newPerson('Sella'), market.newPerson('Bua')];
});
afterAll(() => market.close());

const licence = { kind: 'licence', licence: 'commercial', priceCredits: '100', title: 'A fox' };
const exclusive = { ...licence, kind: 'exclusive', licence: 'exclusive' };
const offer = (imageId: string, terms: object = licence, person = seller) =>
  market.ask(person, 'POST', '/api/listings', { ...terms, imageId });
const listed = async (imageId: string, terms: object = licence, person = seller) => {
  const answer = await offer(imageId, terms, person);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id as string;
};
const buy = async (listingId: string, person = buyer) => {
  const wish = { listingId, expectedPriceCredits: '100' };
  expect((await market.ask(person, 'POST', '/api/purchases', wish, { 'idempotency-key': randomUUID() })).status).toBe(201);
};
const withdraw = (listingId: string) => market.ask(seller, 'POST', `/api/listings/${listingId}/withdraw`);
const publish = (imageId: string, person = seller) => market.ask(person, 'PATCH', `/api/images/${imageId}`, { published: true });
const codeOf = async (answer: ReturnType<typeof offer>) => (await answer).body.error?.code as string | undefined;
const hide = async (listingId: string) => {
  const report = { reason: 'infringes', text: '' };
  const { id } = (await market.ask(buyer, 'POST', `/api/listings/${listingId}/reports`, report)).body;
  const decision = { decision: 'hide', reason: 'A copy.' };
  expect((await market.ask(moderator, 'POST', `/api/admin/reports/${id}/decision`, decision)).status).toBe(200);
};
const restore = (listingId: string) =>
  market.ask(moderator, 'POST', `/api/admin/listings/${listingId}/restore`, { reason: 'It is their own.' });
/** Downloads an image and sends the file again. */
const sendAgain = async (imageId: string, person = seller, from = person) =>
  market.upload(person, (await market.ask(from, 'GET', `/api/images/${imageId}/file?download=true`)).bytes);
const purge = async (imageId: string) => {
  await market.ask(seller, 'POST', '/api/images/trash', { ids: [imageId] });
  expect((await market.ask(seller, 'POST', '/api/images/purge', { ids: [imageId] })).body.changed).toBe(1);
};

const again: [string, (imageId: string) => Promise<string>][] = [
  ['a larger copy', (imageId) => market.enlarge(seller, imageId)],
  ['a larger copy of a larger copy', async (imageId) => market.enlarge(seller, await market.enlarge(seller, imageId))],
  ['the downloaded file, sent again', (imageId) => sendAgain(imageId)],
  ['a larger copy of the file that was sent again', async (imageId) => market.enlarge(seller, await sendAgain(imageId))],
];

describe.each(again)('%s', (_what, copy) => {
  it('of a picture that moderators hid is neither offered nor published until they bring it back, made before or after', async () => {
    const imageId = await market.newImage(seller);
    const before = await copy(imageId);
    expect((await publish(before)).status).toBe(200);
    const listingId = await listed(imageId);
    await hide(listingId);
    expect((await market.ask(buyer, 'GET', `/api/images/${before}`)).status).toBe(404);
    const copies = [before, await copy(imageId)];
    for (const id of copies)
      expect([await codeOf(publish(id)), await codeOf(offer(id))]).toEqual(['image_moderated', 'image_moderated']);
    await restore(listingId);
    await withdraw(listingId);
    for (const id of copies) expect((await publish(id)).status).toBe(200);
    expect((await offer(before)).status).toBe(201);
  });

  it('of a picture of which licences were sold is sold to nobody exclusively', async () => {
    const imageId = await market.newImage(seller);
    const listingId = await listed(imageId);
    await buy(listingId);
    await withdraw(listingId);
    const other = await copy(imageId);
    expect(await codeOf(offer(other, exclusive))).toBe('image_licensed');
    expect((await offer(other)).status).toBe(201);
  });

  it('of a picture that was sold exclusively is neither offered nor published, by whom it was sold', async () => {
    const imageId = await market.newImage(seller);
    const copies = [await copy(imageId), await copy(imageId)];
    await publish(copies[0]!);
    await buy(await listed(imageId, exclusive));
    expect((await market.ask(buyer, 'GET', `/api/images/${copies[0]!}`)).status).toBe(404);
    for (const id of copies)
      expect([await codeOf(publish(id)), await codeOf(offer(id, exclusive)), await codeOf(offer(id))]).toEqual(
        Array(3).fill('licence_forbids'),
      );
    // The buyer does with it as they like.
    expect((await publish(imageId, buyer)).status).toBe(200);
    expect((await offer(imageId, exclusive, buyer)).status).toBe(201);
  });

  it('is not offered beside an exclusive offer', async () => {
    const imageId = await market.newImage(seller);
    const other = await copy(imageId);
    const listingId = await listed(imageId);
    expect(await codeOf(offer(other, exclusive))).toBe('already_listed');
    await withdraw(listingId);
    await listed(imageId, exclusive);
    expect(await codeOf(offer(other))).toBe('already_listed');
  });
});

it('a larger copy that was sold exclusively keeps its seller from selling what it was made of', async () => {
  const imageId = await market.newImage(seller);
  const copy = await market.enlarge(seller, imageId);
  await buy(await listed(copy, exclusive));
  expect([await codeOf(offer(imageId, exclusive)), await codeOf(publish(imageId))]).toEqual(Array(2).fill('licence_forbids'));
});

it('deleting the picture for good does not free its larger copy', async () => {
  const [hidden, sold] = [await market.newImage(seller), await market.newImage(seller)];
  const copies = [await market.enlarge(seller, hidden), await market.enlarge(seller, sold)];
  const listings = [await listed(hidden), await listed(sold)];
  await hide(listings[0]!);
  await buy(listings[1]!);
  for (const id of listings) await withdraw(id);
  await purge(hidden);
  await purge(sold);
  expect([await codeOf(offer(copies[0]!)), await codeOf(publish(copies[0]!))]).toEqual(Array(2).fill('image_moderated'));
  expect(await codeOf(offer(copies[1]!, exclusive))).toBe('image_licensed');
});

it('whom a picture was taken from may go on when moderators hide it at the thief', async () => {
  const imageId = await market.newImage(seller);
  await publish(imageId);
  const thief = market.newPerson('Thief');
  const stolen = await market.upload(thief, (await market.ask(thief, 'GET', `/api/images/${imageId}/file`)).bytes);
  await hide(await listed(stolen, licence, thief));
  expect((await market.ask(buyer, 'GET', `/api/images/${imageId}`)).status).toBe(200);
  expect((await offer(imageId)).status).toBe(201);
});

it('other pictures are not the same picture', async () => {
  await hide(await listed(await market.newImage(seller)));
  const other = await market.newImage(seller);
  await buy(await listed(await market.newImage(seller), exclusive));
  expect((await publish(other)).status).toBe(200);
  const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: '#123456' } }).png();
  expect((await offer(await market.upload(seller, await picture.toBuffer()), exclusive)).status).toBe(201);
});
