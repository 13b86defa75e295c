import type { Licence, Listing, ListingQuery, Locale, Purchase } from '@rendermart/contract';
import { recipeFor } from '../library/index.ts';
import type { Reader } from '../platform/index.ts';
import { writeCursor } from './cursor.ts';
import type { MarketDeps } from './deps.ts';
import { readRelations } from './listing-store.ts';
import type { ListingRow, PurchaseRow } from './tables.ts';

const nameless = '?';

/** Listings as one person sees them: their likes, their purchases, and the recipe where they may know it. */
export async function presentListings(
  deps: MarketDeps,
  reader: Reader,
  viewerId: string,
  rows: readonly ListingRow[],
): Promise<Listing[]> {
  if (rows.length === 0) return [];
  const names = await deps.accounts.namesOf(reader, [...new Set(rows.map((row) => row.seller_id))]);
  const { liked, bought } = await readRelations(
    reader,
    viewerId,
    rows.map((row) => row.id),
  );
  return rows.map((row) => {
    const mine = row.seller_id === viewerId;
    const purchaseId = bought.get(row.id) ?? null;
    return {
      id: row.id,
      imageId: row.image_id,
      seller: { id: row.seller_id, name: names.get(row.seller_id) ?? nameless },
      kind: row.kind,
      licence: row.licence,
      priceCredits: row.price_credits,
      editionLimit: row.edition_limit,
      soldCount: row.sold_count,
      state: row.state,
      title: row.title,
      description: row.description,
      recipe: row.show_recipe || mine || purchaseId !== null ? recipeFor(row, mine) : null,
      showRecipe: row.show_recipe,
      modelName: row.model_name,
      width: row.width,
      height: row.height,
      transparent: row.transparent,
      orientation: row.orientation,
      colours: row.colours,
      placeholder: row.placeholder,
      likes: row.likes,
      liked: liked.has(row.id),
      mine,
      purchaseId,
      hiddenReason: mine ? row.hidden_reason : null,
      createdAt: row.created_at.toISOString(),
    };
  });
}

/** The place behind a listing in a list of this sorting. */
export function cursorOf(row: ListingRow, sort: ListingQuery['sort']): string {
  const value = sort === 'newest' ? row.created_at.getTime() : sort === 'liked' ? row.likes : row.price_credits;
  return writeCursor(sort, [value, row.id]);
}

export async function presentPurchases(
  deps: MarketDeps,
  reader: Reader,
  viewerId: string,
  locale: Locale,
  rows: readonly PurchaseRow[],
): Promise<Purchase[]> {
  const names = await deps.accounts.namesOf(reader, [...new Set(rows.flatMap((row) => [row.buyer_id, row.seller_id]))]);
  const person = (id: string) => ({ id, name: names.get(id) ?? nameless });
  return rows.map((row) => ({
    id: row.id,
    listingId: row.listing_id,
    imageId: row.image_id,
    title: row.title,
    role: row.buyer_id === viewerId ? 'buyer' : 'seller',
    buyer: person(row.buyer_id),
    seller: person(row.seller_id),
    kind: row.kind,
    priceCredits: row.price_credits,
    feeCredits: row.fee_credits,
    netCredits: String(BigInt(row.price_credits) - BigInt(row.fee_credits)),
    licence: licenceOf(row, locale),
    edition: row.edition,
    editionLimit: row.edition_limit,
    createdAt: row.created_at.toISOString(),
  }));
}

function licenceOf(row: PurchaseRow, locale: Locale): Licence {
  return { kind: row.licence_kind, version: row.licence_version, locale, ...row.licence_texts[locale] };
}
