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
