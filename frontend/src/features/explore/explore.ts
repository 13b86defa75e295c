import type { Image, ImagePage } from '@rendermart/contract';
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import type { InfiniteData } from '@tanstack/react-query';
import type { z } from 'zod';
import { client } from '../../data/client.ts';
import { imageQuery, queryClient, renewInFlight } from '../../data/queries.ts';

type Page = z.infer<typeof ImagePage>;

export interface ExploreSearch {
  q?: string | undefined;
  sort?: 'liked' | undefined;
}

export const exploreQuery = ({ q, sort }: ExploreSearch) =>
  infiniteQueryOptions({
    queryKey: ['explore', { q, sort }],
    queryFn: ({ pageParam, signal }) =>
      client.exploreList({ query: { q, sort: sort ?? 'newest', cursor: pageParam, limit: 48 }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    gcTime: 30 * 60_000,
  });

/** Likes an image or takes the like back: the heart answers at once, and goes back if the server refuses. */
export async function likeImage(image: Image, liked: boolean): Promise<void> {
  show({ ...image, liked, likes: Math.max(0, image.likes + (liked ? 1 : -1)) });
  try {
    const params = { id: image.id };
    show(await (liked ? client.imageLike({ params }) : client.imageUnlike({ params })));
    renewInFlight(['explore'], imageQuery(image.id).queryKey);
  } catch (error) {
    show(image);
    throw error;
  }
}

function show(image: Image): void {
  const { liked, likes } = image;
  queryClient.setQueriesData<InfiniteData<Page>>(
    { queryKey: ['explore'] },
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({
          ...page,
          items: page.items.map((held) => (held.id === image.id ? { ...held, liked, likes } : held)),
        })),
      },
  );
  queryClient.setQueryData(imageQuery(image.id).queryKey, (held) => held && { ...held, liked, likes });
}
