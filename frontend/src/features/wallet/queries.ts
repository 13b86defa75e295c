import type { WalletEntryPage } from '@rendermart/contract';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { client } from '../../data/client.ts';

export const entriesQuery = infiniteQueryOptions({
  queryKey: ['wallet', 'entries'],
  queryFn: ({ pageParam, signal }) => client.walletEntryList({ query: { cursor: pageParam, limit: 50 }, signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: z.infer<typeof WalletEntryPage>) => page.nextCursor ?? undefined,
});

export const payoutsQuery = queryOptions({
  queryKey: ['payouts'],
  queryFn: async ({ signal }) => (await client.payoutList({ signal })).items,
});

export const topUpOfferQuery = queryOptions({
  queryKey: ['top-ups', 'offer'],
  queryFn: ({ signal }) => client.topUpOffer({ signal }),
  staleTime: 5 * 60_000,
});
export const topUpsQuery = queryOptions({
  queryKey: ['top-ups', 'own'],
  queryFn: async ({ signal }) => (await client.topUpList({ signal })).items,
});
