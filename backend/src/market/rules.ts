import type { LicenceKind, ListingState, listingColours, orientations } from '@rendermart/contract';
import type { FailureCode } from '@rendermart/contract';

export type Decision = { ok: true } | { ok: false; code: FailureCode };
const ok: Decision = { ok: true };
const no = (code: FailureCode): Decision => ({ ok: false, code });

export interface Offer {
  sellerId: string;
  state: ListingState;
  /** The seller is disabled. */
  sellerAway: boolean;
  kind: 'licence' | 'exclusive';
  priceCredits: bigint;
  editionLimit: number | null;
  soldCount: number;
}

/** Whether a buyer may have this offer at the price that they saw. Read under the offer's lock. */
export function decidePurchase(offer: Offer, buyer: { id: string; hasBought: boolean }, expectedPriceCredits: bigint): Decision {
  if (offer.sellerId === buyer.id) return no('own_listing');
  if (buyer.hasBought) return no('already_bought');
  if (offer.state === 'sold') return no('sold_out');
  if (offer.state !== 'active') return no('listing_ended');
  if (offer.sellerAway) return no('seller_away');
  return offer.priceCredits === expectedPriceCredits ? ok : no('price_moved');
}

/** Whether this sale is the last one of the offer. */
export function isLastSale(offer: Pick<Offer, 'kind' | 'editionLimit' | 'soldCount'>): boolean {
  if (offer.kind === 'exclusive') return true;
  return offer.editionLimit !== null && offer.soldCount + 1 >= offer.editionLimit;
}

/**
 * The fee of a sale: rounded once, down, so that the fraction of a credit stays with the seller.
 * @param feePercent 0 to 100 with at most two decimals
 */
export function feeOf(priceCredits: bigint, feePercent: number): bigint {
  return (priceCredits * BigInt(Math.round(feePercent * 100))) / 10_000n;
}

/** What is known of an image, and of all others that show the same picture, before it is offered. */
export interface Offered {
  trashed: boolean;
  listed: boolean;
  licensed: boolean;
  /** By moderators, or another image of the same picture by the same seller. */
  withheld: boolean;
  /** Of the same picture, by the same seller: a thief's are nobody else's promise. */
  licencesSold: number;
  /** How another image of the same picture is offered by the same seller at the moment. */
  alsoOffered: 'licence' | 'exclusive' | null;
  /** The same seller sold the same picture exclusively, and did not buy it back. */
  soldAway: boolean;
}

/** Whether an image may be offered so. An exclusive sale promises that nobody else has it. */
export function decideListing(image: Offered, licence: LicenceKind): Decision {
  if (image.licensed || image.soldAway) return no('licence_forbids');
  if (image.withheld) return no('image_moderated');
  if (image.trashed) return no('image_trashed');
  const excludes = image.alsoOffered === 'exclusive' || (image.alsoOffered !== null && licence === 'exclusive');
  if (image.listed || excludes) return no('already_listed');
  return licence === 'exclusive' && image.licencesSold > 0 ? no('image_licensed') : ok;
}

export type Orientation = (typeof orientations)[number];

/** Nearly square counts as square: a hundredth is not seen. */
export function orientationOf(width: number, height: number): Orientation {
  const ratio = width / height;
  if (ratio > 1.05) return 'landscape';
  return ratio < 1 / 1.05 ? 'portrait' : 'square';
}

export type Colour = (typeof listingColours)[number];
const noticeableShare = 0.12;
const coloursKept = 3;

/** The colours that a person would name, most of it first. `pixels`: RGBA, 8 bits each; what is nearly transparent does not count. */
export function namedColours(pixels: Uint8Array): Colour[] {
  const counts = new Map<Colour, number>();
  let seen = 0;
  for (let at = 0; at + 3 < pixels.length; at += 4) {
    if (pixels[at + 3]! < 64) continue;
    const colour = nameColour(pixels[at]!, pixels[at + 1]!, pixels[at + 2]!);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
    seen += 1;
  }
  return [...counts]
    .filter(([, count]) => count / seen >= noticeableShare)
    .sort((a, b) => b[1] - a[1])
    .slice(0, coloursKept)
    .map(([colour]) => colour);
}

const hues: readonly [limit: number, colour: Colour][] = [
  [15, 'red'],
  [42, 'orange'],
  [68, 'yellow'],
  [165, 'green'],
  [255, 'blue'],
  [290, 'purple'],
  [342, 'pink'],
  [360, 'red'],
];

/** One pixel's colour in HSL terms: without saturation a grey, dark orange a brown, else the name of its hue. */
export function nameColour(red: number, green: number, blue: number): Colour {
  const highest = Math.max(red, green, blue);
  const lowest = Math.min(red, green, blue);
  const spread = highest - lowest;
  const lightness = (highest + lowest) / 510;
  if (lightness < 0.12) return 'black';
  if (lightness > 0.93) return 'white';
  if (spread < 28) return lightness > 0.85 ? 'white' : 'grey';
  const hue = hueOf(red, green, blue, highest, spread);
  if (hue >= 12 && hue < 45 && lightness < 0.4) return 'brown';
  return hues.find(([limit]) => hue < limit)?.[1] ?? 'red';
}

function hueOf(red: number, green: number, blue: number, highest: number, spread: number): number {
  const sector =
    highest === red ? (green - blue) / spread : highest === green ? 2 + (blue - red) / spread : 4 + (red - green) / spread;
  return (sector * 60 + 360) % 360;
}
