import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
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
const withdraw = (listingId: string, person = seller) => market.ask(person, 'POST', `/api/listings/${listingId}/withdraw`);
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

describe('what others sold', () => {
  let thief: Person;
  let third: Person;
  beforeEach(() => {
    [thief, third] = [market.newPerson('Thief'), market.newPerson('Third')];
  });
  /** Of a published picture, by who may download it. */
  const steal = (imageId: string) => sendAgain(imageId, thief, thief);
  const sellOn = async (imageId: string, from: Person, to: Person) => buy(await listed(imageId, exclusive, from), to);
  /** What somebody may do with an image: publish it, offer a licence, offer it exclusively. */
  const may = async (person: Person, imageId: string) => {
    const published = await codeOf(publish(imageId, person));
    const codes = [published];
    for (const terms of [licence, exclusive]) {
      const answer = await offer(imageId, terms, person);
      codes.push(answer.body.error?.code);
      if (answer.status === 201) await withdraw(answer.body.id, person);
    }
    return codes.map((code) => code ?? 'ok');
  };
  const takeDown = async (imageId: string, person: Person) => {
    const id = await listed(imageId, licence, person);
    await hide(id);
    await withdraw(id, person);
  };
  const all = (code: string) => Array(3).fill(code);

  it('whom a picture was taken from may go on when the thief sold it, and the thief may not', async () => {
    const imageId = await market.newImage(seller);
    await publish(imageId);
    const [stolen, another] = [await steal(imageId), await steal(imageId)];
    await sellOn(stolen, thief, third);
    expect((await market.ask(buyer, 'GET', `/api/images/${imageId}`)).status).toBe(200);
    expect(await may(seller, imageId)).toEqual(all('ok'));
    expect(await may(thief, another)).toEqual(all('licence_forbids'));
    expect(await may(third, stolen)).toEqual(all('ok'));
    // Nor does what moderators say to one count for another.
    await publish(imageId);
    await takeDown(stolen, third);
    expect((await market.ask(buyer, 'GET', `/api/images/${imageId}`)).status).toBe(200);
    expect(await may(third, stolen)).toEqual(all('image_moderated'));
    expect(await may(seller, imageId)).toEqual(all('ok'));
  });

  it('licences that a thief sold keep the thief alone from selling exclusively', async () => {
    const imageId = await market.newImage(seller);
    await publish(imageId);
    const [stolen, another] = [await steal(imageId), await steal(imageId)];
    const listingId = await listed(stolen, licence, thief);
    await buy(listingId);
    await withdraw(listingId, thief);
    expect(await codeOf(offer(another, exclusive, thief))).toBe('image_licensed');
    expect(await may(seller, imageId)).toEqual(all('ok'));
  });

  it('a buyer who sold a copy may no longer offer or publish the picture, but the buyer of the copy may', async () => {
    const imageId = await market.newImage(seller);
    await publish(imageId);
    const [kept, stolen] = [await sendAgain(imageId), await steal(imageId)];
    await sellOn(imageId, seller, buyer);
    const copy = await market.enlarge(buyer, imageId);
    await publish(imageId, buyer);
    await sellOn(copy, buyer, third);
    expect((await market.ask(thief, 'GET', `/api/images/${imageId}`)).status).toBe(404);
    expect(await may(seller, kept)).toEqual(all('licence_forbids'));
    expect(await may(buyer, imageId)).toEqual(all('licence_forbids'));
    expect(await may(third, copy)).toEqual(all('ok'));
    // Who sold nothing is for the moderators.
    expect(await may(thief, stolen)).toEqual(all('ok'));
    await takeDown(copy, third);
    expect(await may(third, copy)).toEqual(all('image_moderated'));
    expect(await may(thief, stolen)).toEqual(all('ok'));
  });

  it('whoever bought a copy back has the picture again, and its seller has it no more', async () => {
    const imageId = await market.newImage(seller);
    await sellOn(imageId, seller, buyer);
    const copy = await market.enlarge(buyer, imageId);
    await sellOn(copy, buyer, third);
    const larger = await market.enlarge(third, copy);
    await sellOn(copy, third, buyer);
    expect(await may(third, larger)).toEqual(all('licence_forbids'));
    for (const id of [imageId, copy]) expect(await may(buyer, id)).toEqual(all('ok'));
  });

  it('what was sold before that was written down is brought into order, and so is what the version before sells during a roll-out', async () => {
    const [earlier, meanwhile] = [await market.newImage(seller), await market.newImage(seller)];
    const copies = [await market.enlarge(seller, earlier), await market.enlarge(seller, meanwhile)];
    await sellOn(earlier, seller, buyer);
    await market.database.pool.query('update library.images set sold_by = null');
    const migration = new URL('../../migrations/0089_library_same_picture.sql', import.meta.url);
    await market.database.pool.query(await readFile(migration, 'utf8'));
    // That is all that it does.
    await market.database.pool.query('update library.images set account_id = $1 where id = $2', [buyer.id, meanwhile]);
    for (const id of copies) expect(await may(seller, id)).toEqual(all('licence_forbids'));
    for (const id of [earlier, meanwhile]) expect(await may(buyer, id)).toEqual(all('ok'));
  });

  it('the file of a picture that was sold exclusively, sent again afterwards, is neither offered nor published', async () => {
    const imageId = await market.newImage(seller);
    const { bytes } = await market.ask(seller, 'GET', `/api/images/${imageId}/file?download=true`);
    await sellOn(imageId, seller, buyer);
    const copy = await market.upload(seller, bytes);
    expect(await may(seller, copy)).toEqual(all('licence_forbids'));
    expect(await may(seller, await market.enlarge(seller, copy))).toEqual(all('licence_forbids'));
  });
});

describe('a hidden picture', () => {
  const stateOf = async (id: string) => (await market.ask(seller, 'GET', `/api/listings/${id}`)).body.state as string;

  it('leaves the market with all listings of it by the same seller, and comes back with them', async () => {
    const imageId = await market.newImage(seller);
    await publish(imageId);
    const thief = market.newPerson('Thief');
    const theirs = await listed(await sendAgain(imageId, thief, thief), licence, thief);
    const other = await listed(await market.newImage(seller));
    const ids = [await listed(imageId), await listed(await market.enlarge(seller, imageId))];
    const ended = await listed(await market.enlarge(seller, imageId));
    await withdraw(ended);
    await hide(ids[1]!);
    expect(await Promise.all([...ids, ended].map(stateOf))).toEqual(['hidden', 'hidden', 'withdrawn']);
    for (const id of [theirs, other]) expect((await market.ask(buyer, 'GET', `/api/listings/${id}`)).body.state).toBe('active');
    expect(
      market.told.filter(({ accountId, notice }) => accountId === seller.id && /hidden/.test(notice.en.subject)),
    ).toHaveLength(2);
    await restore(ids[0]!);
    expect(await Promise.all(ids.map(stateOf))).toEqual(['active', 'active']);
    for (const id of ids)
      expect(await market.audited(`listing:${id}`)).toEqual([
        `report.hide by ${moderator.id}: A copy.`,
        `listing.restore by ${moderator.id}: It is their own.`,
      ]);
    await buy(ids[1]!);
    expect((await offer(await market.enlarge(seller, imageId))).status).toBe(201);
  });

  it('leaves it also with what the seller offers at the same moment', async () => {
    const imageId = await market.newImage(seller);
    const copy = await market.enlarge(seller, imageId);
    const listingId = await listed(imageId);
    const late = randomUUID();
    const client = await market.database.pool.connect();
    try {
      // As an offer does: the image is locked before the listing is there.
      await client.query('begin');
      await client.query('select from library.images where id = $1 for update', [copy]);
      const hidden = hide(listingId);
      await expect
        .poll(async () => {
          const { rows } = await market.database.pool.query(
            'select from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database())',
          );
          return rows.length;
        })
        .toBeGreaterThan(0);
      await client.query(
        `insert into market.listings (id, image_id, seller_id, kind, licence, price_credits, title, description, prompt, show_recipe, width, height, transparent, orientation, colours, created_at)
        select $1, $2, seller_id, kind, licence, price_credits, title, description, prompt, show_recipe, width, height, transparent, orientation, colours, created_at
        from market.listings where id = $3`,
        [late, copy, listingId],
      );
      await client.query('commit');
      await hidden;
    } finally {
      client.release(true);
    }
    expect(await Promise.all([listingId, late].map(stateOf))).toEqual(['hidden', 'hidden']);
  });
});

it('other pictures are not the same picture', async () => {
  await hide(await listed(await market.newImage(seller)));
  const other = await market.newImage(seller);
  await buy(await listed(await market.newImage(seller), exclusive));
  expect((await publish(other)).status).toBe(200);
  const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: '#123456' } }).png();
  expect((await offer(await market.upload(seller, await picture.toBuffer()), exclusive)).status).toBe(201);
});
