import type { ModelPatch } from '@rendermart/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client } from '../../data/client.ts';
import { modelsQuery } from '../../data/queries.ts';
import { adminModelsQuery } from './queries.ts';

/** Saves changes of a model, and lets the studio know. */
export function useModelPatch(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: ModelPatch) => client.adminModelUpdate({ params: { id }, body }),
    onSettled: () =>
      Promise.all([adminModelsQuery, modelsQuery].map(({ queryKey }) => queryClient.invalidateQueries({ queryKey }))),
  });
}
