import { queryOptions } from '@tanstack/react-query';
import { client } from '../../data/client.ts';

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: async ({ signal }) => (await client.sessionList({ signal })).items,
});
export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: async ({ signal }) => (await client.apiKeyList({ signal })).items,
});
