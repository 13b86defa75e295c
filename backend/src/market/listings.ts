import { type Listing, type ListingQuery, type ParsedListingInput, listingCan } from '@rendermart/contract';
import type { ImageForSale } from '../library/index.ts';
import { Failure, type Tx, violatedConstraint } from '../platform/index.ts';
import { readCursor } from './cursor.ts';
import type { MarketDeps } from './deps.ts';
import { countLicences } from './purchase-store.ts';
import * as store from './listing-store.ts';
import { cursorOf, presentListings } from './present.ts';
import { coloursOf } from './preview.ts';
import { type Offered, decideListing, orientationOf } from './rules.ts';
import type { ListingRow } from './tables.ts';

/** Offers an own image. From then on it is private, and can be neither trashed nor published. */
export async function listImage(deps: MarketDeps, sellerId: string, input: ParsedListingInput): Promise<Listing> {
  const original = await deps.library.findForSale(input.imageId);
  if (original?.accountId !== sellerId) throw new Failure('not_found');
  const colours = await original.decode(coloursOf);
  const id = deps.ids.next();
  await deps.database
    .tx(async (tx) => {
      // What a seller offers is taken off the market when they are disabled or close their account; nothing may come after that.
      await deps.accounts.requireActive(tx, sellerId);
      const image = await deps.library.lockForSale(tx, sellerId, input.imageId);
      if (!image) throw new Failure('not_found');
      const decision = decideListing(await lookAround(tx, sellerId, input.imageId, image), input.licence);
      if (!decision.ok) throw new Failure(decision.code);
      const { imageId, kind, licence, priceCredits, editionLimit, title, description, showRecipe } = input;
      const { width, height, transparent, placeholder, recipe, prompt } = image;
      const facts = {
        width,
        height,
        transparent,
        placeholder,
        recipe,
        prompt,
        orientation: orientationOf(width, height),
        colours,
      };
      const offer = {
        kind,
        licence,
        price_credits: priceCredits,
        edition_limit: editionLimit,
        title,
        description,
        show_recipe: showRecipe,
      };
      const model = { model_id: recipe?.modelId ?? null, model_name: recipe?.modelName ?? null };
      await store.insertListing(tx, {
        id,
        image_id: imageId,
        seller_id: sellerId,
        ...offer,
        ...facts,
        ...model,
        created_at: deps.clock.now(),
      });
      await deps.library.markListed(tx, imageId, true);
    })
    .catch(refuseSecondOffer);
  return readListing(deps, sellerId, id);
}

/** A larger copy, or the same bytes once more, is still the same picture: what a seller promised of one, and what was decided, counts for all that they have. */
async function lookAround(tx: Tx, sellerId: string, imageId: string, image: ImageForSale): Promise<Offered> {
  const { samePicture } = image;
  return {
    ...image,
    withheld: image.withheld || (await store.isModerated(tx, { imageId, sellerId, samePicture })),
    licencesSold: await countLicences(tx, sellerId, samePicture),
    alsoOffered: await store.readOtherOffer(tx, { imageId, sellerId, samePicture }),
  };
}

function refuseSecondOffer(error: unknown): never {
  if (violatedConstraint(error) === 'listings_one_offer') throw new Failure('already_listed');
  throw error;
}

/** A listing that this person may see: for sale, own, or bought. Any other is not there. */
export async function readListing(deps: MarketDeps, viewerId: string, id: string, isModerator = false): Promise<Listing> {
  const row = await store.readListing(deps.database.read, id);
  if (!row) throw new Failure('not_found');
  const [listing] = await presentListings(deps, deps.database.read, viewerId, [row]);
  const isOffered = row.state === 'active' && !row.seller_away;
  if (!isOffered && !listing!.mine && listing!.purchaseId === null && !isModerator) throw new Failure('not_found');
  return listing!;
}

export async function browse(
  deps: MarketDeps,
  viewerId: string,
  query: ListingQuery,
): Promise<{ items: Listing[]; nextCursor: string | null }> {
  const ownerId = query.mine === 'true' ? viewerId : null;
  const rows = await store.listListings(
    deps.database.read,
    query,
    readCursor(query.cursor, query.sort),
    ownerId,
    query.limit + 1,
  );
  const shown = rows.slice(0, query.limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > query.limit && last ? cursorOf(last, query.sort) : null;
  return { items: await presentListings(deps, deps.database.read, viewerId, shown), nextCursor };
}

export async function changeListing(
  deps: MarketDeps,
  sellerId: string,
  id: string,
  change: store.ListingChange,
): Promise<Listing> {
  await deps.database.tx(async (tx) => {
    const row = await lockOwn(tx, sellerId, id);
    if (!listingCan.change(row.state)) throw new Failure('listing_ended');
    await store.updateListing(tx, id, change);
  });
  return readListing(deps, sellerId, id);
}

/** Stops offering. Licences that were sold stay what they are, and an image that moderators withhold stays withheld. */
export async function withdrawListing(deps: MarketDeps, sellerId: string, id: string): Promise<Listing> {
  await deps.database.tx(async (tx) => {
    const row = await lockOwn(tx, sellerId, id);
    if (!listingCan.withdraw(row.state)) throw new Failure('listing_ended');
    await store.withdrawListing(tx, id, deps.clock.now());
    await deps.library.markListed(tx, row.image_id, false);
    // The version before this one hides without withholding the image.
    if (row.state === 'hidden') await deps.library.markWithheld(tx, { imageId: row.image_id, accountId: sellerId }, true);
  });
  return readListing(deps, sellerId, id);
}

async function lockOwn(tx: Tx, sellerId: string, id: string): Promise<ListingRow> {
  const row = await store.lockListing(tx, id);
  if (row?.seller_id !== sellerId) throw new Failure('not_found');
  return row;
}

export async function likeListing(deps: MarketDeps, accountId: string, id: string, likes: boolean): Promise<Listing> {
  await readListing(deps, accountId, id);
  await deps.database.tx((tx) => store.setLike(tx, id, accountId, likes));
  return readListing(deps, accountId, id);
}
