import { generationCan } from '@rendermart/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useLiveState } from '../../data/live.ts';
import { generationsQuery } from '../../data/queries.ts';

const pollMs = 3_000;

/** One's own generations, newest first. While the event stream is away and something is under way, the list is asked again and again. */
export function useGenerations() {
  const isLive = useLiveState() === 'open';
  const query = useInfiniteQuery({
    ...generationsQuery,
    refetchInterval: ({ state }) =>
      !isLive && state.data?.pages.some((page) => page.items.some((item) => generationCan.cancel(item.state))) ? pollMs : false,
  });
  return { ...query, generations: query.data?.pages.flatMap((page) => page.items) ?? [] };
}
export type Generations = ReturnType<typeof useGenerations>;
