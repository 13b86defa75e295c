import type { ListingState } from './market.ts';

// Values without a schema stand apart, so that a page that uses them does not carry the schemas to its readers.

export const listingStates = ['active', 'sold', 'withdrawn', 'hidden'] as const;

/** Which states allow which act: the server and the button read the same line. */
export const listingCan = {
  buy: (state: ListingState) => state === 'active',
  change: (state: ListingState) => state === 'active',
  withdraw: (state: ListingState) => state === 'active' || state === 'hidden',
};

export const orientations = ['square', 'portrait', 'landscape'] as const;
export const listingColours = [
  'red',
  'orange',
  'yellow',
  'green',
  'blue',
  'purple',
  'pink',
  'brown',
  'black',
  'grey',
  'white',
] as const;
export const reportReasons = ['infringes', 'illegal', 'sexual', 'hateful', 'misleading', 'other'] as const;
