import { type Route, routes } from '@rendermart/contract';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, type TestMarket, openTestMarket } from './market.test-support.ts';

let market: TestMarket;
let seller: Person;
let stranger: Person;
let listing: { id: string; imageId: string };
let original: Buffer;

beforeAll(async () => {
  market = await openTestMarket();
  [seller, stranger] = [market.newPerson('Sella'), market.newPerson('Stranger')];
  const imageId = await market.newImage(seller);
  const offer = { imageId, kind: 'licence', licence: 'personal', priceCredits: '100', title: 'A fox' };
  listing = (await market.ask(seller, 'POST', '/api/listings', offer)).body;
  original = (await market.ask(seller, 'GET', `/api/images/${imageId}/file`)).bytes;
});
afterAll(() => market.close());

const rooms = new Set(['library', 'market']);
const sizes: Record<string, string[]> = { '/api/listings/:id/preview/:size': ['320', '720'] };

/** Every address that can be read, with the ids of the listing and of its image in the places of all ids. */
function addresses(): string[] {
  return Object.values(routes as Record<string, Route>)
    .filter(({ method, room, path }) => method === 'GET' && rooms.has(room) && path.includes(':'))
    .flatMap(({ path }) =>
      (sizes[path] ?? ['256', '640']).flatMap((size) =>
        [listing.imageId, listing.id].map((id) => path.replace(':size', size).replaceAll(/:\w+/g, id)),
      ),
    );
}

const tricks: Record<string, string>[] = [
  {},
  { range: 'bytes=0-' },
  { 'if-none-match': '*' },
  { accept: 'image/avif' },
  { 'x-forwarded-user': 'sella' },
];

describe('no address gives a picture for sale away', () => {
  it('there are addresses to try', () => {
    expect(addresses().length).toBeGreaterThan(10);
    expect(original.length).toBeGreaterThan(100);
  });

  it.each(tricks)('to a stranger or to nobody, with %o', async (headers) => {
    for (const address of addresses()) {
      for (const person of [stranger, null]) {
        const { status, headers: answered, bytes } = await market.ask(person, 'GET', address, undefined, headers);
        expect([200, 401, 404], address).toContain(status);
        expect(bytes.equals(original), address).toBe(false);
        if (status !== 200 || !String(answered['content-type']).startsWith('image/')) continue;
        // A picture that comes is the preview: smaller, marked, and not to be had without an account.
        expect(address).toContain('/preview/');
        expect(person).not.toBeNull();
        expect(Math.max(...Object.values(await sizeOf(bytes)))).toBeLessThanOrEqual(384);
      }
    }
  });

  it('neither lists, searches, archives nor drawing from it do', async () => {
    for (const address of ['/api/images', '/api/images?q=fox', '/api/explore', '/api/explore?q=fox', '/api/collections'])
      expect(JSON.stringify((await market.ask(stranger, 'GET', address)).body), address).not.toContain(listing.imageId);
    expect((await market.ask(stranger, 'POST', '/api/archives', { ids: [listing.imageId] })).status).toBe(404);
    expect((await market.ask(stranger, 'PUT', `/api/images/${listing.imageId}/like`)).status).toBe(404);
    expect((await market.ask(stranger, 'PATCH', `/api/images/${listing.imageId}`, { favourite: true })).status).toBe(404);
    expect(await market.mayDrawFrom(stranger, listing.imageId)).toBe(false);
    expect(await market.mayDrawFrom(seller, listing.imageId)).toBe(true);
  });

  it('nor does the listing once it is hidden or withdrawn', async () => {
    await market.ask(seller, 'POST', `/api/listings/${listing.id}/withdraw`);
    for (const address of [`/api/listings/${listing.id}`, `/api/listings/${listing.id}/preview/720`])
      expect((await market.ask(stranger, 'GET', address)).status, address).toBe(404);
  });
});

async function sizeOf(bytes: Buffer): Promise<{ width: number; height: number }> {
  const { width, height } = await sharp(bytes).metadata();
  return { width, height };
}
