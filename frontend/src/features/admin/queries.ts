import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { client } from '../../data/client.ts';
import type { AuditFilter } from './AuditFilters.tsx';

export const peopleQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'people', q],
    queryFn: ({ pageParam, signal }) => client.adminPeopleList({ query: { q: q || undefined, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });

export const invitationsQuery = queryOptions({
  queryKey: ['admin', 'invitations'],
  queryFn: async ({ signal }) => (await client.adminInvitationList({ signal })).items,
});
export const adminModelsQuery = queryOptions({
  queryKey: ['admin', 'models'],
  queryFn: ({ signal }) => client.adminModelList({ signal }),
});
const isMoving = (state: string) => state === 'queued' || state === 'running' || state === 'removing';
export const downloadsQuery = queryOptions({
  queryKey: ['admin', 'downloads'],
  queryFn: ({ signal }) => client.adminDownloadList({ signal }),
  staleTime: 0,
  // As long as something moves; otherwise nothing changes by itself.
  refetchInterval: ({ state }) => (state.data?.items.some((item) => isMoving(item.state)) ? 1_000 : false),
});
export const settingsQuery = queryOptions({
  queryKey: ['admin', 'settings'],
  queryFn: ({ signal }) => client.adminSettingsRead({ signal }),
});

// Figures that change by themselves are asked for again while somebody looks at them.
export const queueQuery = queryOptions({
  queryKey: ['admin', 'queue'],
  queryFn: ({ signal }) => client.adminQueueRead({ signal }),
  staleTime: 0,
  refetchInterval: 3_000,
});
export const storageQuery = queryOptions({
  queryKey: ['admin', 'storage'],
  queryFn: ({ signal }) => client.adminStorageRead({ signal }),
  staleTime: 0,
  refetchInterval: 60_000,
});

export const auditQuery = ({ q, act, actorId, from, to }: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'audit', q, act, actorId, from, to],
    queryFn: ({ pageParam, signal }) =>
      client.adminAuditList({
        query: {
          q: q || undefined,
          act: act || undefined,
          actorId: actorId || undefined,
          from: from || undefined,
          to: to || undefined,
          cursor: pageParam,
        },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    staleTime: 0,
  });
