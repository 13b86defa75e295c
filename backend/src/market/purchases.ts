import type { Locale, Purchase } from '@rendermart/contract';
import { Failure, type Tx, invariant, ring, together, violatedConstraint } from '../platform/index.ts';
import type { MarketDeps } from './deps.ts';
import { licenceInForce, licenceVersion } from './licences.ts';
import * as listings from './listing-store.ts';
import { saleNotice } from './notices.ts';
import { presentPurchases } from './present.ts';
import * as store from './purchase-store.ts';
import { type Offer, decidePurchase, feeOf, isLastSale } from './rules.ts';
import type { OfferRow, PurchaseRow } from './tables.ts';

export interface Wish {
  buyerId: string;
  listingId: string;
  expectedPriceCredits: string;
  key: string;
}

interface Sides {
  buyer: string;
  seller: string;
}

/** Buys a listing: credits, licence, receipt and notice all commit, or none of it. The same key again gives the same receipt. */
export async function purchaseListing(deps: MarketDeps, wish: Wish, locale: Locale): Promise<Purchase> {
  const { marketFeePercent } = await deps.accounts.settings();
  const found = await findOffer(deps, wish);
  const bought = typeof found === 'string' ? found : await buyOnce(deps, found, wish, marketFeePercent);
  return typeof bought === 'string'
    ? readReceipt(deps, wish.buyerId, bought, locale)
    : presentReceipt(deps, wish.buyerId, bought, locale);
}

/**
 * What is over stays over: a thousand people who come too late are told so without queueing for the listing's lock.
 * Answers the purchase of a repeated key, or the offer that can perhaps still be bought.
 */
async function findOffer({ database }: MarketDeps, wish: Wish): Promise<OfferRow | string> {
  const offer = await listings.readOffer(database.read, wish.listingId);
  if (offer?.state === 'active' || offer?.state === 'hidden') return offer;
  const before = settle(offer, wish, await store.readBefore(database.read, wish.buyerId, wish.key, wish.listingId));
  invariant(before !== undefined, 'an offer that is over was refused');
  return before;
}

/** A new purchase, or the id of the one that the key stands for already. */
async function buyOnce(deps: MarketDeps, seen: OfferRow, wish: Wish, feePercent: number): Promise<PurchaseRow | string> {
  const sides = { buyer: wish.buyerId, seller: seen.seller_id };
  try {
    return await deps.database.tx((tx) => buy(deps, tx, sides, wish, feePercent));
  } catch (error) {
    if (error instanceof WalletsMissing) {
      await deps.charges.open([sides.buyer, sides.seller]);
      return buyOnce(deps, seen, wish, feePercent);
    }
    // Two requests with one key for different listings at the same moment: the other one was first.
    if (violatedConstraint(error) === 'purchase_keys_pkey') throw new Failure('idempotency_mismatch');
    throw error;
  }
}

/** A side of the sale has no wallet yet. It is opened in a transaction of its own, and the sale tried again. */
class WalletsMissing extends Error {}

/** The purchase of a repeated key; undefined when the listing may be bought now. Throws what forbids it. */
function settle(listing: OfferRow | undefined, wish: Wish, before: store.Before): string | undefined {
  const { key } = before;
  if (key && (key.listing_id !== wish.listingId || key.expected_price_credits !== wish.expectedPriceCredits))
    throw new Failure('idempotency_mismatch');
  if (key) return key.purchase_id;
  if (!listing) throw new Failure('not_found');
  refuse(listing, { id: wish.buyerId, hasBought: before.hasBought }, wish);
}

function refuse(listing: OfferRow, buyer: { id: string; hasBought: boolean }, wish: Wish): void {
  const decision = decidePurchase(offerOf(listing), buyer, BigInt(wish.expectedPriceCredits));
  if (!decision.ok) throw new Failure(decision.code);
}

const offerOf = (listing: OfferRow): Offer => ({
  ...listing,
  sellerId: listing.seller_id,
  sellerAway: listing.seller_away,
  priceCredits: BigInt(listing.price_credits),
  editionLimit: listing.edition_limit,
  soldCount: listing.sold_count,
});

async function buy(deps: MarketDeps, tx: Tx, sides: Sides, wish: Wish, feePercent: number): Promise<PurchaseRow | string> {
  // Whoever waited for the lock behind a request with the same key finds here what that one bought.
  const [listing, before, wallets] = await together(tx, (at) => [
    listings.lockOffer(at, wish.listingId),
    store.readBefore(at, wish.buyerId, wish.key, wish.listingId),
    deps.charges.lockSale(at, sides),
  ]);
  const repetition = settle(listing, wish, before);
  if (repetition !== undefined) return repetition;
  invariant(listing?.seller_id === sides.seller, 'a listing stays its seller’s');
  if (!wallets) throw new WalletsMissing();

  const purchase = makePurchase(deps, listing, wish.buyerId, feeOf(BigInt(listing.price_credits), feePercent));
  const isLast = isLastSale(offerOf(listing));
  // Written at once: every other buyer of the listing waits until it is done.
  await together(tx, (at) => [
    deps.charges.sell(at, wallets, {
      price: BigInt(purchase.price_credits),
      fee: BigInt(purchase.fee_credits),
      reference: `purchase:${purchase.id}`,
    }),
    store.recordPurchase(at, purchase, { ...wish, isLast }),
    handOver(deps, at, listing, purchase, isLast),
    deps.accounts.tell(at, purchase.seller_id, saleNotice(purchase)),
  ]);
  ringSeller(tx, purchase);
  return purchase;
}

function makePurchase(deps: MarketDeps, listing: OfferRow, buyerId: string, fee: bigint): PurchaseRow {
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

/** The image or its licence goes to the buyer. */
async function handOver(deps: MarketDeps, tx: Tx, listing: OfferRow, purchase: PurchaseRow, isLast: boolean): Promise<void> {
  const { image_id: imageId, licence } = listing;
  const { id: purchaseId, buyer_id: accountId } = purchase;
  // That it is listed no more goes with it.
  if (licence === 'exclusive') return deps.library.transferImage(tx, imageId, accountId);
  if (isLast) await deps.library.markListed(tx, imageId, false);
  await deps.library.grantLicence(tx, { imageId, accountId, purchaseId, licence });
}

/** The mail is queued and the sale is in the history; the bell is for a page that is open. */
function ringSeller(tx: Tx, purchase: PurchaseRow): void {
  const { seller_id: accountId, id: purchaseId, title } = purchase;
  ring(tx, 'market_news', { accountId, event: { type: 'sale', purchaseId, title, netCredits: netOf(purchase) } });
}

const netOf = (purchase: PurchaseRow) => String(BigInt(purchase.price_credits) - BigInt(purchase.fee_credits));

export async function readReceipt(deps: MarketDeps, accountId: string, id: string, locale: Locale): Promise<Purchase> {
  const row = await store.readPurchase(deps.database.read, accountId, id);
  if (!row) throw new Failure('not_found');
  return presentReceipt(deps, accountId, row, locale);
}

async function presentReceipt(deps: MarketDeps, accountId: string, row: PurchaseRow, locale: Locale): Promise<Purchase> {
  const [purchase] = await presentPurchases(deps, deps.database.read, accountId, locale, [row]);
  invariant(purchase, 'a row is presented as a purchase');
  return purchase;
}
