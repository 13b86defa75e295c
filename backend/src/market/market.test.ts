import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { type Person, type TestMarket, openTestMarket } from './market.test-support.ts';

let market: TestMarket;
let seller: Person;
let buyer: Person;
let stranger: Person;
let moderator: Person;

beforeAll(async () => {
  market = await openTestMarket();
  seller = market.newPerson('Sella');
  buyer = market.newPerson('Bua');
  stranger = market.newPerson('Stranger');
  moderator = market.newPerson('Moda', 'administrator');
});
afterAll(async () => {
  expect(await market.violations()).toEqual([]);
  await market.close();
});

const offer = { kind: 'licence', licence: 'commercial', priceCredits: '100', title: 'A fox' };
async function list(change: object = {}, owner = seller) {
  const imageId = await market.newImage(owner);
  const answer = await market.ask(owner, 'POST', '/api/listings', { ...offer, imageId, ...change });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body as { id: string; imageId: string };
}
const buy = (person: Person, listingId: string, expectedPriceCredits = '100', key: string = randomUUID()) =>
  market.ask(person, 'POST', '/api/purchases', { listingId, expectedPriceCredits }, { 'idempotency-key': key });
const balance = async (person: Person) => Number((await market.ask(person, 'GET', '/api/wallet')).body.availableCredits);
const codeOf = (answer: { body: { error?: { code: string } } }) => answer.body.error?.code;

describe('a licence sale', () => {
  it('moves credits, gives the buyer an image of their own, and tells the seller', async () => {
    const before = [await balance(seller), await balance(buyer)];
    const listing = await list();
    const receipt = (await buy(buyer, listing.id)).body;
    expect(receipt).toMatchObject({
      role: 'buyer',
      priceCredits: '100',
      feeCredits: '10',
      netCredits: '90',
      edition: 1,
      licence: { kind: 'commercial', version: 1 },
    });
    expect([await balance(seller), await balance(buyer)]).toEqual([before[0]! + 90, before[1]! - 100]);
    const bought = (await market.ask(buyer, 'GET', '/api/images?origin=licensed')).body.items[0];
    expect(bought).toMatchObject({ origin: 'licensed', mine: true, licence: { kind: 'commercial', purchaseId: receipt.id } });
    expect((await market.ask(buyer, 'GET', `/api/images/${bought.id}/file`)).status).toBe(200);
    expect(market.told.at(-1)).toMatchObject({ accountId: seller.id, notice: { path: '/market/sales' } });
    expect((await market.ask(seller, 'GET', `/api/purchases/${receipt.id}`)).body).toMatchObject({
      role: 'seller',
      netCredits: '90',
    });
    expect((await market.ask(stranger, 'GET', `/api/purchases/${receipt.id}`)).status).toBe(404);
  });

  it('gives the same receipt for the same key, also at the same moment, and refuses the key for anything else', async () => {
    const [one, other] = [await list(), await list()];
    const key = randomUUID();
    const answers = await Promise.all([
      buy(buyer, one.id, '100', key),
      buy(buyer, one.id, '100', key),
      buy(buyer, one.id, '100', key),
    ]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(codeOf(await buy(buyer, other.id, '100', key))).toBe('idempotency_mismatch');
    expect(codeOf(await buy(buyer, one.id))).toBe('already_bought');
  });

  it('keeps what was bought when the seller deletes it', async () => {
    const listing = await list();
    const { body: receipt } = await buy(buyer, listing.id);
    expect(codeOf(await market.ask(seller, 'POST', '/api/images/trash', { ids: [listing.imageId] }))).toBe('image_listed');
    await market.ask(seller, 'POST', `/api/listings/${listing.id}/withdraw`);
    expect((await market.ask(seller, 'POST', '/api/images/trash', { ids: [listing.imageId] })).body.changed).toBe(1);
    expect((await market.ask(seller, 'POST', '/api/images/purge', { ids: [listing.imageId] })).body.changed).toBe(1);
    const mine = (await market.ask(buyer, 'GET', '/api/images?origin=licensed')).body.items.find(
      (image: { licence: { purchaseId: string } }) => image.licence.purchaseId === receipt.id,
    );
    expect((await market.ask(buyer, 'GET', `/api/images/${mine.id}/file`)).status).toBe(200);
  });

  it('sells an edition out, and says so to whoever comes too late', async () => {
    const listing = await list({ editionLimit: 1 });
    expect((await buy(buyer, listing.id)).status).toBe(201);
    expect(codeOf(await buy(stranger, listing.id))).toBe('sold_out');
    expect(codeOf(await buy(buyer, listing.id))).toBe('already_bought');
  });

  it('a licensed image can be neither published nor sold on', async () => {
    const listing = await list();
    await buy(buyer, listing.id);
    const [mine] = (await market.ask(buyer, 'GET', '/api/images?origin=licensed')).body.items;
    expect(codeOf(await market.ask(buyer, 'PATCH', `/api/images/${mine.id}`, { published: true }))).toBe('licence_forbids');
    expect(codeOf(await market.ask(buyer, 'POST', '/api/listings', { ...offer, imageId: mine.id }))).toBe('licence_forbids');
  });
});

describe('an exclusive sale', () => {
  it('hands the image itself over, once', async () => {
    const listing = await list({ kind: 'exclusive', licence: 'exclusive' });
    expect((await buy(buyer, listing.id)).status).toBe(201);
    expect((await market.ask(seller, 'GET', `/api/images/${listing.imageId}`)).status).toBe(404);
    expect((await market.ask(buyer, 'GET', `/api/images/${listing.imageId}`)).body).toMatchObject({
      mine: true,
      origin: 'generated',
      listed: false,
    });
    expect(codeOf(await buy(stranger, listing.id))).toBe('sold_out');
  });

  it('is refused for an image of which licences were sold', async () => {
    const listing = await list();
    await buy(buyer, listing.id);
    await market.ask(seller, 'POST', `/api/listings/${listing.id}/withdraw`);
    const again = { ...offer, imageId: listing.imageId, kind: 'exclusive', licence: 'exclusive' };
    expect(codeOf(await market.ask(seller, 'POST', '/api/listings', again))).toBe('image_licensed');
  });

  it('has one winner among many buyers at the same moment', async () => {
    const crowd = Array.from({ length: 40 }, (_, index) => market.newPerson(`Crowd ${index}`));
    const listing = await list({ kind: 'exclusive', licence: 'exclusive' });
    const answers = await Promise.all(crowd.map((person) => buy(person, listing.id)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.filter(({ status }) => status !== 201).map(codeOf))).toEqual(new Set(['sold_out']));
    const rest = await Promise.all(crowd.map(balance));
    expect(rest.filter((credits) => credits === 900)).toHaveLength(1);
    expect(rest.filter((credits) => credits === 1000)).toHaveLength(39);
  });
});

describe('nobody sees more than they paid for', () => {
  it('the full file of a listed image answers its owner alone, under every address', async () => {
    const listing = await list();
    const addresses = [
      `/api/images/${listing.imageId}`,
      `/api/images/${listing.imageId}/file`,
      `/api/images/${listing.imageId}/file?download=true`,
      `/api/images/${listing.imageId}/thumbnails/256`,
      `/api/images/${listing.imageId}/thumbnails/640`,
    ];
    for (const address of addresses) {
      expect((await market.ask(buyer, 'GET', address)).status, address).toBe(404);
      expect([401, 404], address).toContain((await market.ask(null, 'GET', address)).status);
    }
    expect((await market.ask(buyer, 'POST', '/api/archives', { ids: [listing.imageId] })).status).toBe(404);
    const explore = (await market.ask(buyer, 'GET', '/api/explore?limit=100')).body.items;
    expect(explore.map((image: { id: string }) => image.id)).not.toContain(listing.imageId);
  });

  it('listing takes a published image out of the public feed, and it cannot be published while it is listed', async () => {
    const imageId = await market.newImage(seller);
    await market.ask(seller, 'PATCH', `/api/images/${imageId}`, { published: true });
    await market.ask(seller, 'POST', '/api/listings', { ...offer, imageId });
    expect((await market.ask(buyer, 'GET', `/api/images/${imageId}/file`)).status).toBe(404);
    expect(codeOf(await market.ask(seller, 'PATCH', `/api/images/${imageId}`, { published: true }))).toBe('image_listed');
  });

  it('the preview is smaller than the picture and carries a watermark', async () => {
    const listing = await list();
    const preview = await market.ask(buyer, 'GET', `/api/listings/${listing.id}/preview/720`);
    const { width, height } = await sharp(preview.bytes).metadata();
    expect([width, height]).toEqual([384, 240]);
    // The picture is one flat colour: whatever varies is the mark.
    const { channels } = await sharp(preview.bytes).stats();
    expect(channels[0]!.stdev).toBeGreaterThan(3);
    expect(preview.headers['cache-control']).toContain('private');
  });

  it('the original is read for the first preview of a size alone, and never for who does not own it', async () => {
    const listing = await list();
    const preview = () => market.ask(buyer, 'GET', `/api/listings/${listing.id}/preview/320`);
    const first = await preview();
    market.keysRead.length = 0;
    expect((await preview()).bytes.equals(first.bytes)).toBe(true);
    expect(market.keysRead.filter((key) => !key.startsWith('previews/'))).toEqual([]);
    expect((await market.ask(stranger, 'POST', '/api/listings', { ...offer, imageId: listing.imageId })).status).toBe(404);
    expect(market.keysRead).toHaveLength(1);
  });

  it('the recipe shows only where the seller shows it, or to who bought', async () => {
    const hidden = await list();
    expect((await market.ask(buyer, 'GET', `/api/listings/${hidden.id}`)).body.recipe).toBeNull();
    expect((await market.ask(buyer, 'GET', '/api/listings?q=fox%20red')).body.items).toEqual([]);
    await buy(buyer, hidden.id);
    expect((await market.ask(buyer, 'GET', `/api/listings/${hidden.id}`)).body.recipe.prompt).toBe('a red fox');
    const shown = await list({ showRecipe: true });
    expect((await market.ask(stranger, 'GET', `/api/listings/${shown.id}`)).body.recipe.prompt).toBe('a red fox');
  });
});

describe('which private picture an image was drawn from', () => {
  const source = { sourceImageId: randomUUID(), maskId: randomUUID() };
  const told = (body: object) => Object.values(source).filter((id) => JSON.stringify(body).includes(id));
  const offerDrawn = async (change: object) => {
    const imageId = await market.newImage(seller, '#30d020', 'a red fox', source);
    return (await market.ask(seller, 'POST', '/api/listings', { ...offer, showRecipe: true, imageId, ...change })).body;
  };

  it.each([
    ['a licence', {}],
    ['the image itself', { kind: 'exclusive', licence: 'exclusive' }],
  ])('is told to its seller alone, also after a sale of %s', async (_what, change) => {
    const listing = await offerDrawn(change);
    expect(listing.recipe).toMatchObject(source);
    expect(told((await market.ask(buyer, 'GET', `/api/listings/${listing.id}`)).body)).toEqual([]);
    expect(told((await market.ask(buyer, 'GET', `/api/listings?sellerId=${seller.id}&limit=100`)).body)).toEqual([]);
    expect((await buy(buyer, listing.id)).status).toBe(201);
    expect((await market.ask(buyer, 'GET', `/api/listings/${listing.id}`)).body.recipe.prompt).toBe('a red fox');
    expect(told((await market.ask(buyer, 'GET', `/api/listings/${listing.id}`)).body)).toEqual([]);
    const [got] = (await market.ask(buyer, 'GET', '/api/images')).body.items;
    expect([got.recipe.prompt, got.recipe.sourceImageId, told(got)]).toEqual(['a red fox', null, []]);
  });

  it('is not told when it is published', async () => {
    const imageId = await market.newImage(seller, '#30d020', 'a red fox', source);
    await market.ask(seller, 'PATCH', `/api/images/${imageId}`, { published: true });
    expect(told((await market.ask(buyer, 'GET', `/api/images/${imageId}`)).body)).toEqual([]);
    expect((await market.ask(seller, 'GET', `/api/images/${imageId}`)).body.recipe).toMatchObject(source);
  });
});

describe('bad input changes nothing and says why', () => {
  it.each([
    ['a negative price', { priceCredits: '-5' }, 'priceCredits'],
    ['a price of zero', { priceCredits: '0' }, 'priceCredits'],
    ['a fraction', { priceCredits: '1.5' }, 'priceCredits'],
    ['a huge price', { priceCredits: '99999999999' }, 'priceCredits'],
    ['a word', { priceCredits: 'ten' }, 'priceCredits'],
    ['a number instead of text', { priceCredits: 10 }, 'priceCredits'],
    ['an exclusive licence on a licence sale', { licence: 'exclusive' }, 'licence'],
    ['an edition of an exclusive sale', { kind: 'exclusive', licence: 'exclusive', editionLimit: 5 }, 'editionLimit'],
    ['an edition of zero', { editionLimit: 0 }, 'editionLimit'],
    ['no title', { title: ' ' }, 'title'],
    ['an unknown field', { colour: 'red' }, 'colour'],
  ])('%s', async (_what, change, field) => {
    const imageId = await market.newImage(seller);
    const answer = await market.ask(seller, 'POST', '/api/listings', { ...offer, imageId, ...change });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code: 'invalid_input', field });
  });

  it('what cannot be bought', async () => {
    const listing = await list();
    expect(codeOf(await buy(seller, listing.id))).toBe('own_listing');
    expect(codeOf(await buy(buyer, listing.id, '99'))).toBe('price_moved');
    expect(codeOf(await buy(buyer, randomUUID()))).toBe('not_found');
    const dear = await list({ priceCredits: '100000' });
    expect(codeOf(await buy(buyer, dear.id, '100000'))).toBe('insufficient_credits');
    await market.ask(seller, 'PATCH', `/api/listings/${listing.id}`, { priceCredits: '120' });
    expect(codeOf(await buy(buyer, listing.id, '100'))).toBe('price_moved');
    await market.ask(seller, 'POST', `/api/listings/${listing.id}/withdraw`);
    expect(codeOf(await buy(buyer, listing.id, '120'))).toBe('listing_ended');
    expect(
      (await market.ask(buyer, 'POST', '/api/purchases', { listingId: listing.id, expectedPriceCredits: '120' })).body.error.code,
    ).toBe('idempotency_key_missing');
  });

  it("other people's images and listings are not there", async () => {
    const imageId = await market.newImage(seller);
    expect((await market.ask(buyer, 'POST', '/api/listings', { ...offer, imageId })).status).toBe(404);
    const listing = await list();
    expect((await market.ask(buyer, 'PATCH', `/api/listings/${listing.id}`, { priceCredits: '1' })).status).toBe(404);
    expect((await market.ask(buyer, 'POST', `/api/listings/${listing.id}/withdraw`)).status).toBe(404);
    expect(codeOf(await market.ask(seller, 'POST', '/api/listings', { ...offer, imageId: listing.imageId }))).toBe(
      'already_listed',
    );
  });
});

describe('browsing', () => {
  it('filters, sorts and pages', async () => {
    const gallerist = market.newPerson('Gala');
    for (const price of ['30', '9', '20']) {
      const imageId = await market.newImage(gallerist, '#2050d0');
      await market.ask(gallerist, 'POST', '/api/listings', {
        ...offer,
        imageId,
        priceCredits: price,
        title: `Blue number ${price}`,
      });
    }
    const prices = async (query: string) =>
      (await market.ask(buyer, 'GET', `/api/listings?sellerId=${gallerist.id}&${query}`)).body.items.map(
        (item: { priceCredits: string }) => item.priceCredits,
      );
    expect(await prices('sort=cheapest')).toEqual(['9', '20', '30']);
    expect(await prices('sort=dearest')).toEqual(['30', '20', '9']);
    expect(await prices('sort=newest')).toEqual(['20', '9', '30']);
    expect(await prices('minPrice=15&maxPrice=25')).toEqual(['20']);
    expect(await prices('colour=blue&orientation=landscape&sort=cheapest')).toEqual(['9', '20', '30']);
    expect(await prices('colour=green')).toEqual([]);
    expect(await prices('q=blue%20numb&sort=cheapest')).toEqual(['9', '20', '30']);
    expect(await prices('licence=personal')).toEqual([]);
    for (const sort of ['newest', 'cheapest', 'dearest', 'liked']) {
      const seen: string[] = [];
      for (let cursor = ''; ;) {
        const { body } = await market.ask(buyer, 'GET', `/api/listings?sellerId=${gallerist.id}&sort=${sort}&limit=2${cursor}`);
        seen.push(...body.items.map((item: { id: string }) => item.id));
        if (body.nextCursor === null) break;
        cursor = `&cursor=${body.nextCursor}`;
      }
      expect(new Set(seen).size, sort).toBe(3);
    }
    expect((await market.ask(buyer, 'GET', '/api/listings?cursor=nonsense')).body.error.field).toBe('cursor');
  });

  it('counts likes right, however many come at once', async () => {
    const listing = await list();
    const fans = Array.from({ length: 12 }, (_, index) => market.newPerson(`Fan ${index}`));
    await Promise.all(
      fans.flatMap((fan) => [
        market.ask(fan, 'PUT', `/api/listings/${listing.id}/like`),
        market.ask(fan, 'PUT', `/api/listings/${listing.id}/like`),
      ]),
    );
    await market.ask(fans[0]!, 'DELETE', `/api/listings/${listing.id}/like`);
    expect((await market.ask(buyer, 'GET', `/api/listings/${listing.id}`)).body.likes).toBe(11);
  });
});

describe('histories', () => {
  it('list both sides, sum up and export', async () => {
    const [artist, collector] = [market.newPerson('=Artist'), market.newPerson('Collector')];
    for (const price of ['100', '55'])
      await buy(collector, (await list({ priceCredits: price, title: `For ${price}` }, artist)).id, price);
    const sales = (await market.ask(artist, 'GET', '/api/purchases?role=seller')).body.items;
    expect(
      sales.map((sale: { title: string; feeCredits: string; netCredits: string }) => [
        sale.title,
        sale.feeCredits,
        sale.netCredits,
      ]),
    ).toEqual([
      ['For 55', '5', '50'],
      ['For 100', '10', '90'],
    ]);
    const summary = (await market.ask(artist, 'GET', '/api/sales/summary?days=7')).body;
    expect(summary).toMatchObject({ sales: 2, grossCredits: '155', feeCredits: '15', netCredits: '140' });
    expect((await market.ask(collector, 'GET', '/api/purchases/summary')).body).toEqual({ purchases: 2, paidCredits: '155' });
    expect(summary.days).toHaveLength(7);
    expect(summary.days.at(-1)).toMatchObject({ sales: 2, netCredits: '140' });
    const csv = (await market.ask(collector, 'GET', '/api/purchases.csv?role=buyer')).bytes.toString();
    expect(csv.split('\r\n')).toHaveLength(4);
    // A name that a spreadsheet would run as a formula arrives as text.
    expect(csv).toContain('"\'=Artist"');
    expect(csv).toMatch(/^"date","receipt","title","seller","licence","price_credits","fee_credits","net_credits"\r\n/);
    const french = await market.ask(artist, 'GET', '/api/purchases.csv?role=seller', undefined, { 'accept-language': 'fr' });
    expect(french.bytes.toString()).toMatch(
      /^"date","reçu","titre","acheteur","licence","prix_crédits","commission_crédits","net_crédits"\r\n/,
    );
    expect(
      (await market.ask(collector, 'GET', '/api/wallet/entries')).body.items.map(
        (entry: { kind: string; amountCredits: string }) => `${entry.kind} ${entry.amountCredits}`,
      ),
    ).toEqual(['purchase -55', 'purchase -100', 'starting 1000']);
  });
});

describe('moderation', () => {
  it('hides a reported listing, tells both sides, and can bring it back', async () => {
    const listing = await list();
    const report = { reason: 'misleading', text: 'This is a dog.' };
    expect(codeOf(await market.ask(seller, 'POST', `/api/listings/${listing.id}/reports`, report))).toBe('own_listing');
    const { body: made } = await market.ask(buyer, 'POST', `/api/listings/${listing.id}/reports`, report);
    expect(codeOf(await market.ask(buyer, 'POST', `/api/listings/${listing.id}/reports`, report))).toBe('already_reported');
    expect((await market.ask(buyer, 'GET', '/api/admin/reports')).status).toBe(403);
    expect((await market.ask(moderator, 'GET', '/api/admin/reports')).body.items[0]).toMatchObject({
      id: made.id,
      state: 'open',
    });
    const decision = { decision: 'hide', reason: 'It is a dog.' };
    expect((await market.ask(moderator, 'POST', `/api/admin/reports/${made.id}/decision`, decision)).body.state).toBe('hidden');
    expect(codeOf(await market.ask(moderator, 'POST', `/api/admin/reports/${made.id}/decision`, decision))).toBe(
      'already_decided',
    );
    expect(market.told.slice(-2).map(({ accountId }) => accountId)).toEqual([seller.id, buyer.id]);
    expect((await market.ask(buyer, 'GET', `/api/listings/${listing.id}`)).status).toBe(404);
    expect((await market.ask(seller, 'GET', `/api/listings/${listing.id}`)).body).toMatchObject({
      state: 'hidden',
      hiddenReason: 'It is a dog.',
    });
    expect(codeOf(await buy(buyer, listing.id))).toBe('listing_ended');
    await market.ask(moderator, 'POST', `/api/admin/listings/${listing.id}/restore`, { reason: 'It is a fox after all.' });
    expect((await market.ask(buyer, 'GET', `/api/listings/${listing.id}`)).status).toBe(200);
    expect(await market.audited(`listing:${listing.id}`)).toEqual([
      `report.hide by ${moderator.id}: It is a dog.`,
      `listing.restore by ${moderator.id}: It is a fox after all.`,
    ]);
    await expect(market.database.pool.query('delete from platform.audit')).rejects.toThrow(/append-only/);
    await expect(market.database.pool.query('update market.purchases set price_credits = 1')).rejects.toThrow(/append-only/);
  });
});

describe('what moderators took off the market', () => {
  const reports = async () => (await market.ask(moderator, 'GET', '/api/admin/reports?limit=100')).body.items;
  const report = async (listingId: string) =>
    (await market.ask(buyer, 'POST', `/api/listings/${listingId}/reports`, { reason: 'infringes', text: '' })).body.id as string;
  const hide = (reportId: string) =>
    market.ask(moderator, 'POST', `/api/admin/reports/${reportId}/decision`, { decision: 'hide', reason: 'A copy.' });
  const withdraw = (listingId: string) => market.ask(seller, 'POST', `/api/listings/${listingId}/withdraw`);
  const publish = (imageId: string) => market.ask(seller, 'PATCH', `/api/images/${imageId}`, { published: true });
  const offerAgain = (imageId: string) => market.ask(seller, 'POST', '/api/listings', { ...offer, imageId });

  it.each([
    ['and its seller withdraws', ['hide', 'withdraw']],
    ['after its seller withdrew it', ['withdraw', 'hide']],
  ])('%s, is neither offered again nor published until they say so', async (_what, order) => {
    const { id, imageId } = await list();
    const reportId = await report(id);
    for (const act of order) expect((await (act === 'hide' ? hide(reportId) : withdraw(id))).status).toBe(200);
    expect([codeOf(await offerAgain(imageId)), codeOf(await publish(imageId))]).toEqual(['image_moderated', 'image_moderated']);
    expect((await reports()).find((one: { id: string }) => one.id === reportId).listing).toMatchObject({
      state: 'withdrawn',
      moderated: true,
    });

    const restore = () => market.ask(moderator, 'POST', `/api/admin/listings/${id}/restore`, { reason: 'It is their own.' });
    expect((await restore()).body.state).toBe('withdrawn');
    expect(market.told.at(-1)).toMatchObject({
      accountId: seller.id,
      notice: { en: { lines: ['“A fox” may be offered again.', 'Their reason: It is their own.'] } },
    });
    expect(codeOf(await restore())).toBe('listing_ended');
    expect((await publish(imageId)).status).toBe(200);
    expect((await offerAgain(imageId)).status).toBe(201);
  });

  it('leaves the market for everybody, and may still be deleted by its owner', async () => {
    const { id, imageId } = await list();
    const reportId = await report(id);
    await withdraw(id);
    await publish(imageId);
    await hide(reportId);
    expect((await market.ask(buyer, 'GET', `/api/images/${imageId}`)).status).toBe(404);
    expect((await market.ask(seller, 'POST', '/api/images/trash', { ids: [imageId] })).body.changed).toBe(1);
  });

  it('is known also where the version before this one hid it', async () => {
    const { id, imageId } = await list();
    await market.database.pool.query("update market.listings set state = 'hidden', hidden_reason = 'A copy.' where id = $1", [
      id,
    ]);
    await withdraw(id);
    expect(codeOf(await offerAgain(imageId))).toBe('image_moderated');
  });
});

describe('payouts', () => {
  it('hold the credits until they are paid or refused', async () => {
    const artist = market.newPerson('Artist');
    const ask = (amountCredits: string, key: string) =>
      market.ask(artist, 'POST', '/api/payouts', { amountCredits }, { 'idempotency-key': key });
    expect(codeOf(await ask('1001', 'k0'))).toBe('insufficient_credits');
    const [first, again] = await Promise.all([ask('400', 'k1'), ask('400', 'k1')]);
    expect(first.body.id).toBe(again.body.id);
    expect(codeOf(await ask('401', 'k1'))).toBe('idempotency_mismatch');
    const second = await ask('300', 'k2');
    expect(await balance(artist)).toBe(300);
    await market.ask(moderator, 'POST', `/api/admin/payouts/${first.body.id}/decision`, {
      decision: 'paid',
      reason: 'Sent by bank.',
    });
    await market.ask(moderator, 'POST', `/api/admin/payouts/${second.body.id}/decision`, {
      decision: 'refused',
      reason: 'No bank details.',
    });
    expect(
      codeOf(
        await market.ask(moderator, 'POST', `/api/admin/payouts/${second.body.id}/decision`, {
          decision: 'paid',
          reason: 'Twice.',
        }),
      ),
    ).toBe('already_decided');
    expect(await balance(artist)).toBe(600);
    expect(await market.audited(`account:${artist.id}`)).toEqual([
      `payout.paid by ${moderator.id}: Sent by bank.`,
      `payout.refused by ${moderator.id}: No bank details.`,
    ]);
    expect((await market.ask(artist, 'GET', '/api/payouts')).body.items.map((payout: { state: string }) => payout.state)).toEqual(
      ['refused', 'paid'],
    );
  });
});
