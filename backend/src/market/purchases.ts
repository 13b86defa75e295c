import type { Locale, Purchase } from '@rendermart/contract';
import { Failure, type Reader, type Tx, invariant, notify, violatedConstraint } from '../platform/index.ts';
import type { MarketDeps } from './deps.ts';
import { licenceInForce, licenceVersion } from './licences.ts';
import * as listings from './listing-store.ts';
import { saleNotice } from './notices.ts';
import { presentPurchases } from './present.ts';
import * as store from './purchase-store.ts';
import { type Offer, decidePurchase, feeOf, isLastSale } from './rules.ts';
import type { ListingRow, PurchaseRow } from './tables.ts';

export interface Wish {
  buyerId: string;
  listingId: string;
  expectedPriceCredits: string;
  key: string;
}

/** Buys a listing: credits, licence, receipt and notice all commit, or none of it. The same key again gives the same receipt. */
export async function purchaseListing(deps: MarketDeps, wish: Wish, locale: Locale): Promise<Purchase> {
  const { marketFeePercent } = await deps.accounts.settings();
  const id = await buyOnce(deps, wish, marketFeePercent);
  return readReceipt(deps, wish.buyerId, id, locale);
}

async function buyOnce(deps: MarketDeps, wish: Wish, feePercent: number): Promise<string> {
  const before = (await findRepetition(deps.database.read, wish)) ?? (await refuseEarly(deps, wish));
  if (before !== undefined) return before;
  try {
    return await deps.database.tx((tx) => buy(deps, tx, wish, feePercent));
  } catch (error) {
    // Two requests with one key for different listings at the same moment: the other one was first.
    if (violatedConstraint(error) === 'purchase_keys_pkey') throw new Failure('idempotency_mismatch');
    throw error;
  }
}

async function findRepetition(reader: Reader, wish: Wish): Promise<string | undefined> {
  const before = await store.findKey(reader, wish.buyerId, wish.key);
  if (before && (before.listing_id !== wish.listingId || before.expected_price_credits !== wish.expectedPriceCredits))
    throw new Failure('idempotency_mismatch');
  return before?.purchase_id;
}

/** What is over stays over: a thousand people who come too late are told so without queueing for the listing's lock. */
async function refuseEarly({ database }: MarketDeps, wish: Wish): Promise<undefined> {
  const listing = await listings.readListing(database.read, wish.listingId);
  if (!listing) throw new Failure('not_found');
  if (listing.state !== 'sold' && listing.state !== 'withdrawn') return;
  refuse(listing, { id: wish.buyerId, hasBought: await store.hasBought(database.read, listing.id, wish.buyerId) }, wish);
}

function refuse(listing: ListingRow, buyer: { id: string; hasBought: boolean }, wish: Wish): void {
  const decision = decidePurchase(offerOf(listing), buyer, BigInt(wish.expectedPriceCredits));
  if (!decision.ok) throw new Failure(decision.code);
}

const offerOf = (listing: ListingRow): Offer => ({
  ...listing,
  sellerId: listing.seller_id,
  priceCredits: BigInt(listing.price_credits),
  editionLimit: listing.edition_limit,
  soldCount: listing.sold_count,
});

async function buy(deps: MarketDeps, tx: Tx, wish: Wish, feePercent: number): Promise<string> {
  const listing = await listings.lockListing(tx, wish.listingId);
  if (!listing) throw new Failure('not_found');
  // Whoever waited for the lock behind a request with the same key finds here what that one bought.
  const repetition = await findRepetition(tx, wish);
  if (repetition !== undefined) return repetition;
  refuse(listing, { id: wish.buyerId, hasBought: await store.hasBought(tx, listing.id, wish.buyerId) }, wish);

  const purchase = makePurchase(deps, listing, wish.buyerId, feeOf(BigInt(listing.price_credits), feePercent));
  const { price_credits, fee_credits } = purchase;
  await deps.charges.sell(tx, {
    buyer: wish.buyerId,
    seller: listing.seller_id,
    price: BigInt(price_credits),
    fee: BigInt(fee_credits),
    reference: `purchase:${purchase.id}`,
  });
  await store.insertPurchase(tx, purchase);
  await store.insertKey(tx, wish.buyerId, wish.key, {
    listing_id: listing.id,
    expected_price_credits: wish.expectedPriceCredits,
    purchase_id: purchase.id,
  });
  await handOver(deps, tx, listing, purchase, isLastSale(offerOf(listing)));
  return purchase.id;
}

function makePurchase(deps: MarketDeps, listing: ListingRow, buyerId: string, fee: bigint): PurchaseRow {
  const { id: listing_id, image_id, seller_id, kind, title, price_credits, edition_limit, licence } = listing;
  const terms = { licence_kind: licence, licence_version: licenceVersion, licence_texts: licenceInForce(licence) };
  const copy = { edition: listing.sold_count + 1, edition_limit };
  return {
    id: deps.ids.next(),
    listing_id,
    image_id,
    buyer_id: buyerId,
    seller_id,
    kind,
    title,
    price_credits,
    fee_credits: String(fee),
    ...copy,
    ...terms,
    created_at: deps.clock.now(),
  };
}

/** The image or its licence goes to the buyer, the offer counts the sale, and the seller hears of it. */
async function handOver(deps: MarketDeps, tx: Tx, listing: ListingRow, purchase: PurchaseRow, last: boolean): Promise<void> {
  await listings.countSale(tx, listing.id);
  if (last) {
    await listings.endListing(tx, listing.id, 'sold', purchase.created_at);
    await deps.library.markListed(tx, listing.image_id, false);
  }
  if (listing.licence === 'exclusive') await deps.library.transferImage(tx, listing.image_id, purchase.buyer_id);
  else
    await deps.library.grantLicence(tx, {
      imageId: listing.image_id,
      accountId: purchase.buyer_id,
      purchaseId: purchase.id,
      licence: listing.licence,
    });
  await deps.accounts.tell(tx, listing.seller_id, saleNotice(purchase));
  await notify(tx, 'market_news', {
    accountId: listing.seller_id,
    event: { type: 'sale', purchaseId: purchase.id, title: purchase.title, netCredits: netOf(purchase) },
  });
}

const netOf = (purchase: PurchaseRow) => String(BigInt(purchase.price_credits) - BigInt(purchase.fee_credits));

export async function readReceipt(deps: MarketDeps, accountId: string, id: string, locale: Locale): Promise<Purchase> {
  const row = await store.readPurchase(deps.database.read, accountId, id);
  if (!row) throw new Failure('not_found');
  const [purchase] = await presentPurchases(deps, deps.database.read, accountId, locale, [row]);
  invariant(purchase, 'a row is presented as a purchase');
  return purchase;
}
