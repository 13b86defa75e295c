import { ListingQuery } from '@rendermart/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listListings } from './listing-store.ts';
import { type Person, type TestMarket, openTestMarket } from './market.test-support.ts';

let market: TestMarket;
let seller: Person;
let visitor: Person;

beforeAll(async () => {
  market = await openTestMarket();
  [seller, visitor] = [market.newPerson('Sella'), market.newPerson('Visitor')];
  for (const [title, colour, licence] of [
    ['Blue boat', '#2050d0', 'personal'],
    ['Red boat', '#d03020', 'commercial'],
    ['Green hill', '#20a040', 'exclusive'],
  ] as const) {
    const imageId = await market.newImage(seller, colour, `a secret prompt of ${title}`);
    const kind = licence === 'exclusive' ? 'exclusive' : 'licence';
    const body = { imageId, kind, licence, priceCredits: String(title.length * 10), title, showRecipe: title === 'Green hill' };
    expect((await market.ask(seller, 'POST', '/api/listings', body)).status).toBe(201);
  }
});
afterAll(() => market.close());

const titles = async (query: string) =>
  ((await market.ask(visitor, 'GET', `/api/listings?${query}`)).body.items as { title: string }[]).map(({ title }) => title);
const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

it.each([
  ['nothing', '', ['Green hill', 'Red boat', 'Blue boat']],
  ['words of the title', 'q=boat', ['Red boat', 'Blue boat']],
  ['the beginning of a word', 'q=gre', ['Green hill']],
  ['words of a recipe that is shown', 'q=secret', ['Green hill']],
  ['a price', 'minPrice=90&maxPrice=99', ['Blue boat']],
  ['a licence', 'licence=exclusive', ['Green hill']],
  ['a model', 'modelId=test', ['Green hill', 'Red boat', 'Blue boat']],
  ['another model', 'modelId=other', []],
  ['a shape', 'orientation=landscape', ['Green hill', 'Red boat', 'Blue boat']],
  ['another shape', 'orientation=portrait', []],
  ['a colour', 'colour=red', ['Red boat']],
  ['a day', `from=${day(0)}&to=${day(0)}`, ['Green hill', 'Red boat', 'Blue boat']],
  ['a day before', `to=${day(-2)}`, []],
  ['a day after', `from=${day(2)}`, []],
  ['several at once', 'q=boat&colour=blue&licence=personal&maxPrice=100', ['Blue boat']],
])('finds by %s', async (_what, query, expected) => expect(await titles(query)).toEqual(expected));

it('takes days as those of UTC, whatever the time zone of the database', async () => {
  const found = (query: object) =>
    market.database.tx(async (tx) => {
      await sql`set local timezone to 'Pacific/Auckland'`.execute(tx);
      await sql`
        update market.listings set created_at = timestamptz '2024-03-05 00:00Z' + case title when 'Red boat' then interval '23:59:59' else interval '0' end
        where title <> 'Green hill'`.execute(tx);
      return (await listListings(tx, ListingQuery.parse(query), undefined, null, 10)).map(({ title }) => title);
    });
  expect(await found({ from: '2024-03-05', to: '2024-03-05' })).toEqual(['Red boat', 'Blue boat']);
  expect(await found({ to: '2024-03-04' })).toEqual([]);
  expect(await found({ from: '2024-03-06', to: '2024-03-07' })).toEqual([]);
});

it('sorts by likes, those of today first', async () => {
  const [, , blue] = (await market.ask(visitor, 'GET', '/api/listings')).body.items;
  await market.ask(visitor, 'PUT', `/api/listings/${blue.id}/like`);
  expect((await titles('sort=liked'))[0]).toBe('Blue boat');
});

it.each([
  ['minPrice=ten', 'minPrice'],
  ['maxPrice=-1', 'maxPrice'],
  ['licence=free', 'licence'],
  ['colour=teal', 'colour'],
  ['orientation=round', 'orientation'],
  ['sort=random', 'sort'],
  ['from=yesterday', 'from'],
  ['to=2026-13-01', 'to'],
  ['from=0000-01-01', 'from'],
  ['to=0000-12-31', 'to'],
  ['sellerId=1', 'sellerId'],
  ['limit=1000', 'limit'],
  ['cursor=nonsense', 'cursor'],
  ['colours=red', 'colours'],
])('refuses %s by name', async (query, field) => {
  const { status, body } = await market.ask(visitor, 'GET', `/api/listings?${query}`);
  expect([status, body.error.code, body.error.field]).toEqual([400, 'invalid_input', field]);
});

const sorts = ['newest', 'liked', 'cheapest', 'dearest'];
it.each(sorts)('refuses a cursor of another sorting than %s', async (sort) => {
  for (const other of sorts.filter((one) => one !== sort)) {
    const { nextCursor } = (await market.ask(visitor, 'GET', `/api/listings?sort=${other}&limit=1`)).body;
    const { status, body } = await market.ask(visitor, 'GET', `/api/listings?sort=${sort}&cursor=${nextCursor}`);
    expect([other, status, body.error?.code, body.error?.field]).toEqual([other, 400, 'invalid_input', 'cursor']);
  }
});

it.each([
  ['newest', Number.MAX_SAFE_INTEGER],
  ['liked', Number.MAX_SAFE_INTEGER],
  ['cheapest', -1],
])('refuses a made-up cursor of %s', async (sort, value) => {
  const cursor = Buffer.from(JSON.stringify([sort, value, seller.id])).toString('base64url');
  const { status, body } = await market.ask(visitor, 'GET', `/api/listings?sort=${sort}&cursor=${cursor}`);
  expect([status, body.error?.field]).toEqual([400, 'cursor']);
});

it('keeps the licence as it was in force, in both languages, and the same at every reading', async () => {
  const [listing] = (await market.ask(visitor, 'GET', '/api/listings?q=red')).body.items;
  const wish = { listingId: listing.id, expectedPriceCredits: listing.priceCredits };
  const receipt = (await market.ask(visitor, 'POST', '/api/purchases', wish, { 'idempotency-key': 'k', 'accept-language': 'fr' }))
    .body;
  const terms = async (locale: string) =>
    (await market.ask(visitor, 'GET', `/api/market/terms?locale=${locale}`)).body.licences.find(
      ({ kind }: { kind: string }) => kind === 'commercial',
    );
  expect(receipt.licence).toEqual(await terms('fr'));
  const again = (await market.ask(visitor, 'GET', `/api/purchases/${receipt.id}`, undefined, { 'accept-language': 'en' })).body;
  expect(again).toEqual({ ...receipt, licence: await terms('en') });
});
