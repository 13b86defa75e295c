import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client } from '../../data/client.ts';

const endless = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor ?? undefined,
  staleTime: 0,
};

export const reportsQuery = infiniteQueryOptions({
  ...endless,
  queryKey: ['admin', 'reports'],
  queryFn: ({ pageParam, signal }) => client.adminReportList({ query: { cursor: pageParam }, signal }),
});
export const payoutsQuery = infiniteQueryOptions({
  ...endless,
  queryKey: ['admin', 'payouts'],
  queryFn: ({ pageParam, signal }) => client.adminPayoutList({ query: { cursor: pageParam }, signal }),
});
export const topUpConcernsQuery = queryOptions({
  queryKey: ['admin', 'top-up-concerns'],
  queryFn: ({ signal }) => client.adminTopUpConcernList({ signal }),
  staleTime: 0,
});
export const ledgerQuery = queryOptions({
  queryKey: ['admin', 'ledger'],
  queryFn: ({ signal }) => client.adminLedgerRead({ signal }),
  staleTime: 0,
});
