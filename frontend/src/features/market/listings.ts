import type { Listing, ListingPage } from '@rendermart/contract';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { InfiniteData } from '@tanstack/react-query';
import type { z } from 'zod';
import type { MarketSearch } from '../../data/market-search.ts';
import { client } from '../../data/client.ts';
import { queryClient, renewInFlight, seedFromList } from '../../data/queries.ts';

type Page = z.infer<typeof ListingPage>;
export type ListingSearch = MarketSearch & { sellerId?: string; mine?: true };

// Long enough to look at some listings and come back to the same place without asking again.
const keptMs = 30 * 60_000;

export const listingsQuery = (search: ListingSearch) =>
  infiniteQueryOptions({
    queryKey: ['listings', search],
    queryFn: ({ pageParam, signal }) => client.listingList({ query: { ...search, cursor: pageParam, limit: 48 }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    gcTime: keptMs,
  });

export const listingQuery = (id: string) =>
  queryOptions({ queryKey: ['listings', 'one', id], queryFn: ({ signal }) => client.listingRead({ params: { id }, signal }) });
export const sellerQuery = (id: string) =>
  queryOptions({ queryKey: ['listings', 'seller', id], queryFn: ({ signal }) => client.sellerRead({ params: { id }, signal }) });

/** The listing's page then opens with what the list already knows. */
export function rememberListing(listing: Listing): void {
  seedFromList(listingQuery(listing.id).queryKey, listing, 'listings');
}

export function listingChanged(listing: Listing): void {
  queryClient.setQueryData(listingQuery(listing.id).queryKey, listing);
  // Lists only: this listing is as fresh as can be.
  void queryClient.invalidateQueries({ queryKey: ['listings'], predicate: ({ queryKey }) => queryKey[1] !== 'one' });
}

/** Likes a listing or takes the like back: the heart answers at once, and goes back if the server refuses. */
export async function likeListing(listing: Listing, liked: boolean): Promise<void> {
  show({ ...listing, liked, likes: Math.max(0, listing.likes + (liked ? 1 : -1)) });
  try {
    const params = { id: listing.id };
    show(await (liked ? client.listingLike({ params }) : client.listingUnlike({ params })));
    renewInFlight(['listings']);
  } catch (error) {
    show(listing);
    throw error;
  }
}

function show({ id, liked, likes }: Listing): void {
  queryClient.setQueriesData<InfiniteData<Page>>(
    { queryKey: ['listings'], predicate: ({ queryKey }) => typeof queryKey[1] === 'object' },
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({
          ...page,
          items: page.items.map((held) => (held.id === id ? { ...held, liked, likes } : held)),
        })),
      },
  );
  queryClient.setQueryData(listingQuery(id).queryKey, (held) => held && { ...held, liked, likes });
}
