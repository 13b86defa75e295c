import type { DownloadList } from '@rendermart/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { modelsQuery } from '../../data/queries.ts';
import { adminModelsQuery, downloadsQuery } from './queries.ts';

/** What was fetched and what is on its way; when one arrives or goes, the lists of models are read anew. */
export function useDownloads(): DownloadList | undefined {
  const { data } = useQuery(downloadsQuery);
  const queryClient = useQueryClient();
  const arrived = data?.items
    .filter(({ state }) => state === 'succeeded')
    .map(({ id }) => id)
    .join();
  useEffect(() => {
    if (arrived === undefined) return;
    for (const { queryKey } of [adminModelsQuery, modelsQuery]) void queryClient.invalidateQueries({ queryKey });
  }, [arrived, queryClient]);
  return data;
}
