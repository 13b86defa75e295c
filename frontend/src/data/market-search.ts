import { listingColours, orientations } from '@rendermart/contract';
import type { LicenceKind, Listing } from '@rendermart/contract';
import { readDay } from './day.ts';

/** What the market's address asks for. Absent is any. */
export interface MarketSearch {
  q?: string | undefined;
  sort?: 'liked' | 'cheapest' | 'dearest' | undefined;
  minPrice?: number | undefined;
  maxPrice?: number | undefined;
  licence?: LicenceKind | undefined;
  modelId?: string | undefined;
  orientation?: Listing['orientation'] | undefined;
  colour?: Listing['colours'][number] | undefined;
  /** Days, both included. */
  from?: string | undefined;
  to?: string | undefined;
}

const licences: readonly LicenceKind[] = ['personal', 'commercial', 'exclusive'];
const sorts = ['liked', 'cheapest', 'dearest'] as const;
const highestPrice = 999_999_999;

/** Reads an address that anybody may have written: what makes no sense is left out, so that the page always opens. */
export function readMarketSearch(search: Record<string, unknown>): MarketSearch {
  return {
    q: words(search['q']),
    sort: oneOf(sorts, search['sort']),
    minPrice: price(search['minPrice']),
    maxPrice: price(search['maxPrice']),
    licence: oneOf(licences, search['licence']),
    modelId: words(search['modelId'])?.slice(0, 80),
    orientation: oneOf(orientations, search['orientation']),
    colour: oneOf(listingColours, search['colour']),
    from: readDay(search['from']),
    to: readDay(search['to']),
  };
}

function oneOf<Value extends string>(values: readonly Value[], value: unknown): Value | undefined {
  return values.find((known) => known === value);
}

// The router reads `?q=42` as a number.
function words(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim().slice(0, 200) : '';
  return text === '' ? undefined : text;
}

function price(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= highestPrice ? number : undefined;
}
