import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, type TestMarket, openTestMarket } from './market.test-support.ts';

let market: TestMarket;
let seller: Person;

beforeAll(async () => {
  market = await openTestMarket();
  seller = market.newPerson('Sella');
});
afterAll(async () => {
  expect(await market.violations()).toEqual([]);
  await market.close();
});

const offer = { kind: 'licence', licence: 'personal', priceCredits: '100', title: 'A fox' };
async function list(change: object = {}) {
  const imageId = await market.newImage(seller);
  return (await market.ask(seller, 'POST', '/api/listings', { ...offer, imageId, ...change })).body as {
    id: string;
    imageId: string;
  };
}
const buy = (person: Person, listingId: string, expectedPriceCredits = '100') =>
  market.ask(person, 'POST', '/api/purchases', { listingId, expectedPriceCredits }, { 'idempotency-key': randomUUID() });
const outcome = ({ status, body }: { status: number; body: { error?: { code: string } } }) => body.error?.code ?? status;
const count = <Item>(items: readonly Item[], wanted: Item) => items.filter((item) => item === wanted).length;
const available = async (person: Person) => (await market.ask(person, 'GET', '/api/wallet')).body.availableCredits as string;

describe('two things at the same moment', () => {
  it('a wallet that covers ten of eleven purchases pays for ten', async () => {
    const buyer = market.newPerson('Bua');
    const listings = await Promise.all(Array.from({ length: 11 }, () => list()));
    const outcomes = (await Promise.all(listings.map(({ id }) => buy(buyer, id)))).map(outcome);
    expect([count(outcomes, 201), count(outcomes, 'insufficient_credits')]).toEqual([10, 1]);
    expect(await available(buyer)).toBe('0');
  });

  it('people who sell to each other do not wait for each other in a circle', async () => {
    const people = Array.from({ length: 4 }, (_, index) => market.newPerson(`Trader ${index}`));
    const listings = await Promise.all(
      people.map(async (person) => {
        const imageId = await market.newImage(person);
        return (await market.ask(person, 'POST', '/api/listings', { ...offer, imageId })).body as { id: string };
      }),
    );
    const trades = people.flatMap((person, at) => listings.filter((_, index) => index !== at).map(({ id }) => buy(person, id)));
    expect(new Set((await Promise.all(trades)).map(outcome))).toEqual(new Set([201]));
    // Three bought, three sold, a tenth kept of each sale.
    for (const person of people) expect(await available(person)).toBe('970');
  });

  it('one image is offered once', async () => {
    const imageId = await market.newImage(seller);
    const answers = await Promise.all([1, 2, 3].map(() => market.ask(seller, 'POST', '/api/listings', { ...offer, imageId })));
    expect(answers.map(outcome).sort()).toEqual([201, 'already_listed', 'already_listed'].sort());
  });

  it('an exclusive listing is either sold or withdrawn, and the image is where that says', async () => {
    for (let round = 0; round < 6; round++) {
      const buyer = market.newPerson(`Bua ${round}`);
      const { id, imageId } = await list({ kind: 'exclusive', licence: 'exclusive' });
      const [sale, withdrawal] = await Promise.all([buy(buyer, id), market.ask(seller, 'POST', `/api/listings/${id}/withdraw`)]);
      const isSold = sale.status === 201;
      expect(outcome(isSold ? withdrawal : sale)).toBe('listing_ended');
      expect((await market.ask(isSold ? buyer : seller, 'GET', `/api/images/${imageId}`)).status).toBe(200);
      expect(await available(buyer)).toBe(isSold ? '900' : '1000');
    }
  });

  it('a price that moves meanwhile is paid as it was seen, or refused', async () => {
    for (let round = 0; round < 6; round++) {
      const buyer = market.newPerson(`Late ${round}`);
      const { id } = await list();
      const [sale] = await Promise.all([
        buy(buyer, id),
        market.ask(seller, 'PATCH', `/api/listings/${id}`, { priceCredits: '150' }),
      ]);
      expect([201, 'price_moved']).toContain(outcome(sale));
      expect(await available(buyer)).toBe(sale.status === 201 ? '900' : '1000');
    }
  });

  it('a listing that is hidden meanwhile is sold before that or not at all', async () => {
    const [buyer, moderator] = [market.newPerson('Bua'), market.newPerson('Moda', 'administrator')];
    const { id } = await list();
    const report = await market.ask(buyer, 'POST', `/api/listings/${id}/reports`, { reason: 'misleading', text: '' });
    const decision = { decision: 'hide', reason: 'It is a dog.' };
    const [sale] = await Promise.all([
      buy(buyer, id),
      market.ask(moderator, 'POST', `/api/admin/reports/${report.body.id}/decision`, decision),
    ]);
    expect([201, 'listing_ended']).toContain(outcome(sale));
    expect((await market.ask(seller, 'GET', `/api/listings/${id}`)).body.state).toBe('hidden');
  });
});
