import { describe, expect, it } from 'vitest';
import {
  decideListing,
  decidePurchase,
  feeOf,
  isLastSale,
  nameColour,
  namedColours,
  orientationOf,
  type Offer,
  type Offered,
} from './rules.ts';

const offer: Offer = {
  sellerId: 'seller',
  state: 'active',
  sellerAway: false,
  kind: 'licence',
  priceCredits: 100n,
  editionLimit: null,
  soldCount: 0,
};
const buyer = { id: 'buyer', hasBought: false };

describe('decidePurchase', () => {
  it.each<[string, Partial<Offer>, Partial<typeof buyer>, bigint, string]>([
    ['an active offer at its price', {}, {}, 100n, 'ok'],
    ["one's own", {}, { id: 'seller' }, 100n, 'own_listing'],
    ['a second time', {}, { hasBought: true }, 100n, 'already_bought'],
    ['sold', { state: 'sold' }, {}, 100n, 'sold_out'],
    ['withdrawn', { state: 'withdrawn' }, {}, 100n, 'listing_ended'],
    ['hidden by moderators', { state: 'hidden' }, {}, 100n, 'listing_ended'],
    ['of somebody who is disabled', { sellerAway: true }, {}, 100n, 'seller_away'],
    ['of somebody who is disabled, and sold', { sellerAway: true, state: 'sold' }, {}, 100n, 'sold_out'],
    ['dearer than seen', { priceCredits: 101n }, {}, 100n, 'price_moved'],
    ['cheaper than seen', { priceCredits: 99n }, {}, 100n, 'price_moved'],
    ["one's own and sold", { state: 'sold' }, { id: 'seller' }, 100n, 'own_listing'],
  ])('%s', (_case, change, who, expected, outcome) => {
    const decision = decidePurchase({ ...offer, ...change }, { ...buyer, ...who }, expected);
    expect(decision.ok ? 'ok' : decision.code).toBe(outcome);
  });
});

it.each<[Partial<Offer>, boolean]>([
  [{}, false],
  [{ kind: 'exclusive' }, true],
  [{ editionLimit: 10, soldCount: 8 }, false],
  [{ editionLimit: 10, soldCount: 9 }, true],
  [{ editionLimit: 1 }, true],
])('the last sale of %o: %s', (change, last) => expect(isLastSale({ ...offer, ...change })).toBe(last));

it.each<[bigint, number, bigint]>([
  [100n, 0, 0n],
  [100n, 10, 10n],
  [99n, 10, 9n],
  [1n, 99, 0n],
  [1n, 100, 1n],
  [1_000n, 2.5, 25n],
  [333n, 0.33, 1n],
  [999_999_999n, 12.34, 123_399_999n],
])("the fee of %s at %s %% is %s, the fraction being the seller's", (price, percent, fee) =>
  expect(feeOf(price, percent)).toBe(fee),
);

const plainImage: Offered = {
  trashed: false,
  listed: false,
  licensed: false,
  withheld: false,
  licencesSold: 0,
  alsoOffered: null,
  soldAway: false,
};
it.each<[Partial<Offered>, Parameters<typeof decideListing>[1], string]>([
  [{}, 'exclusive', 'ok'],
  [{ licencesSold: 3 }, 'personal', 'ok'],
  [{ licencesSold: 3 }, 'exclusive', 'image_licensed'],
  [{ trashed: true }, 'personal', 'image_trashed'],
  [{ licensed: true }, 'personal', 'licence_forbids'],
  [{ withheld: true }, 'personal', 'image_moderated'],
  [{ listed: true }, 'personal', 'already_listed'],
  [{ alsoOffered: 'licence' }, 'personal', 'ok'],
  [{ alsoOffered: 'licence' }, 'exclusive', 'already_listed'],
  [{ alsoOffered: 'exclusive' }, 'personal', 'already_listed'],
  [{ soldAway: true }, 'personal', 'licence_forbids'],
])('offering %o as %s: %s', (image, licence, outcome) => {
  const decision = decideListing({ ...plainImage, ...image }, licence);
  expect(decision.ok ? 'ok' : decision.code).toBe(outcome);
});

it.each([
  [512, 512, 'square'],
  [515, 512, 'square'],
  [768, 512, 'landscape'],
  [512, 768, 'portrait'],
])('%i × %i is %s', (width, height, orientation) => expect(orientationOf(width, height)).toBe(orientation));

it.each([
  [255, 0, 0, 'red'],
  [255, 140, 0, 'orange'],
  [250, 230, 40, 'yellow'],
  [30, 160, 60, 'green'],
  [40, 90, 220, 'blue'],
  [130, 50, 200, 'purple'],
  [250, 120, 190, 'pink'],
  [110, 65, 30, 'brown'],
  [10, 10, 10, 'black'],
  [130, 130, 135, 'grey'],
  [252, 252, 252, 'white'],
] as const)('rgb(%i, %i, %i) is %s', (red, green, blue, name) => expect(nameColour(red, green, blue)).toBe(name));

it('names what there is most of, and nothing transparent', () => {
  const red = [255, 0, 0, 255];
  const blue = [40, 90, 220, 255];
  const nothing = [0, 255, 0, 0];
  expect(
    namedColours(new Uint8Array([...red, ...red, ...red, ...blue, ...blue, ...Array.from({ length: 20 }, () => nothing).flat()])),
  ).toEqual(['red', 'blue']);
  expect(namedColours(new Uint8Array(nothing))).toEqual([]);
});
