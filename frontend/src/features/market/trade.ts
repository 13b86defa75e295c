import type { PurchasePage } from '@rendermart/contract';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { client } from '../../data/client.ts';

// A purchase carries its licence in the language it was asked in, so the language is part of the key.
export const purchaseQuery = (id: string, locale: string) =>
  queryOptions({
    queryKey: ['purchases', 'one', id, locale],
    queryFn: ({ signal }) => client.purchaseRead({ params: { id }, signal }),
  });

export const purchasesQuery = (role: 'buyer' | 'seller', locale: string) =>
  infiniteQueryOptions({
    queryKey: ['purchases', role, locale],
    queryFn: ({ pageParam, signal }) => client.purchaseList({ query: { role, cursor: pageParam, limit: 40 }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: z.infer<typeof PurchasePage>) => page.nextCursor ?? undefined,
  });

export const purchasesSummaryQuery = queryOptions({
  queryKey: ['purchases', 'summary'],
  queryFn: ({ signal }) => client.purchasesSummary({ signal }),
});

export const salesQuery = (days: number) =>
  queryOptions({
    queryKey: ['sales', days],
    queryFn: ({ signal }) => client.salesSummary({ query: { days }, signal }),
    placeholderData: keepPreviousData,
  });
