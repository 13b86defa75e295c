import type { LicenceKind, ListingState, Locale, Recipe } from '@rendermart/contract';
import type { Colour, Orientation } from './rules.ts';

/** What a purchase needs of a listing. */
export type OfferRow = Pick<
  ListingRow,
  | 'id'
  | 'image_id'
  | 'seller_id'
  | 'kind'
  | 'licence'
  | 'price_credits'
  | 'edition_limit'
  | 'sold_count'
  | 'state'
  | 'seller_away'
  | 'title'
>;

/** A row of market.listings. Credits are bigint in the database and read as text. */
export interface ListingRow {
  id: string;
  image_id: string;
  seller_id: string;
  kind: 'licence' | 'exclusive';
  licence: LicenceKind;
  price_credits: string;
  edition_limit: number | null;
  sold_count: number;
  state: ListingState;
  /** The seller is disabled: nobody else sees or buys it. */
  seller_away: boolean;
  title: string;
  description: string;
  show_recipe: boolean;
  recipe: Recipe | null;
  model_name: string | null;
  width: number;
  height: number;
  transparent: boolean;
  orientation: Orientation;
  colours: Colour[];
  placeholder: string | null;
  likes: number;
  hidden_reason: string | null;
  /** Since when moderators keep it off the market; it stays so when its seller withdraws it. */
  moderated_at: Date | null;
  created_at: Date;
}

export type LicenceTexts = Record<Locale, { name: string; summary: string[]; text: string }>;

export interface PurchaseRow {
  id: string;
  listing_id: string;
  image_id: string;
  buyer_id: string;
  seller_id: string;
  kind: 'licence' | 'exclusive';
  title: string;
  price_credits: string;
  fee_credits: string;
  edition: number;
  edition_limit: number | null;
  licence_kind: LicenceKind;
  licence_version: number;
  licence_texts: LicenceTexts;
  created_at: Date;
}
