import type { Tx } from '../platform/index.ts';
import type { MarketDeps } from './deps.ts';
import * as listings from './listing-store.ts';
import { hiddenNotice, releasedNotice, restoredNotice } from './notices.ts';
import type { ListingRow } from './tables.ts';

/** A listing, with all that the same seller offers, or has to do with moderators for, of the same picture. */
export interface ModeratedPicture {
  listing: ListingRow;
  others: ListingRow[];
  samePicture: string[];
}

/** Locks the listings in the order of their ids, and before any image, as all who lock several do. */
export async function lockPicture({ library }: MarketDeps, tx: Tx, listingId: string): Promise<ModeratedPicture | undefined> {
  const named = await listings.readListing(tx, listingId);
  if (!named) return undefined;
  const { image_id: imageId, seller_id: sellerId } = named;
  const samePicture = await library.samePicture(tx, imageId);
  const rows = await listings.lockOfPicture(tx, listingId, { imageId, sellerId, samePicture });
  const listing = rows.find(({ id }) => id === listingId)!;
  return { listing, others: rows.filter((row) => row !== listing), samePicture };
}

/** The seller offered another image of the picture while it was being hidden. The transaction is begun anew. */
export class OfferedMeanwhile extends Error {}

/**
 * Takes all off the market that the seller offers of the picture, and withholds it. Also when the listing was withdrawn meanwhile: the
 * image must not be offered anew. What was sold exclusively is the buyer's. Answers the other listings that went.
 */
export async function hidePicture(deps: MarketDeps, tx: Tx, picture: ModeratedPicture, reason: string): Promise<ListingRow[]> {
  const { listing, samePicture } = picture;
  if (listing.moderated_at !== null || (listing.state === 'sold' && listing.kind === 'exclusive')) return [];
  const { image_id: imageId, seller_id: sellerId } = listing;
  const others = picture.others.filter(({ state }) => state === 'active');
  for (const { id } of [listing, ...others]) await listings.hideListing(tx, id, reason, deps.clock.now());
  await deps.library.markWithheld(tx, { imageId, accountId: sellerId }, true);
  // Whoever offers an image has it locked, so from here on none comes in addition.
  if (await listings.isOnSale(tx, { imageId, sellerId, samePicture })) throw new OfferedMeanwhile();
  for (const { title } of [listing, ...others]) await deps.accounts.tell(tx, sellerId, hiddenNotice(title, reason));
  return others;
}

/**
 * Brings the listing back, with all others that are held against the picture: one that stayed hidden would withhold its images. Answers
 * the other listings. Of those that have ended, the images may be offered and published again.
 */
export async function restorePicture(deps: MarketDeps, tx: Tx, picture: ModeratedPicture, reason: string): Promise<ListingRow[]> {
  const { listing, samePicture } = picture;
  const { image_id: imageId, seller_id: sellerId } = listing;
  const others = picture.others.filter(isModerated);
  for (const { id } of [listing, ...others]) await listings.restoreListing(tx, id);
  // Unless it is held against somebody who had the image before.
  const isWithheld = await listings.isModerated(tx, { imageId, sellerId, samePicture });
  await deps.library.markWithheld(tx, { imageId, accountId: sellerId }, isWithheld);
  for (const { state, title } of [listing, ...others])
    await deps.accounts.tell(tx, sellerId, (state === 'hidden' ? restoredNotice : releasedNotice)(title, reason));
  return others;
}

/** The version before this one hides without saying so. */
export const isModerated = (listing: ListingRow): boolean => listing.state === 'hidden' || listing.moderated_at !== null;
