import type { Image, ImagePage } from '@rendermart/contract';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { InfiniteData } from '@tanstack/react-query';
import type { z } from 'zod';
import { client } from '../../data/client.ts';
import { imageQuery, queryClient, seedFromList } from '../../data/queries.ts';
import type { Filters } from './filters.ts';

type Page = z.infer<typeof ImagePage>;
type List = InfiniteData<Page, string | undefined>;

// Long enough to look at some images and come back to the same place without asking again.
const keptMs = 30 * 60_000;

export const imagesQuery = (filters: Filters & { trashed?: true }) =>
  infiniteQueryOptions({
    queryKey: ['images', filters],
    queryFn: ({ pageParam, signal }) => client.imageList({ query: { ...filters, cursor: pageParam, limit: 60 }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    gcTime: keptMs,
  });

export const trashQuery = imagesQuery({ trashed: true });

export const collectionsQuery = queryOptions({
  queryKey: ['collections'],
  queryFn: async ({ signal }) => (await client.collectionList({ signal })).items,
});

export const areImagesLoading = (): boolean => queryClient.isFetching({ queryKey: ['images'] }) > 0;

/** Shows a change of some images at once, wherever they are listed; what the server says follows. */
export async function patchImages(ids: ReadonlySet<string>, patch: Partial<Image>): Promise<void> {
  // A list that is on its way would take the change back.
  await queryClient.cancelQueries({ queryKey: ['images'] });
  showPatch(ids, patch);
}

/** Shows a change in what is held. */
export function showPatch(ids: ReadonlySet<string>, patch: Partial<Image>): void {
  const patched = (image: Image) => (ids.has(image.id) ? { ...image, ...patch } : image);
  changeLists((items) => items.map(patched));
  for (const id of ids) queryClient.setQueryData(imageQuery(id).queryKey, (image) => image && patched(image));
}

/** Takes images out of every list at once, before the server has answered. */
export async function dropImages(ids: ReadonlySet<string>): Promise<void> {
  // A list that is on its way would bring them back.
  await queryClient.cancelQueries({ queryKey: ['images'] });
  changeLists((items) => items.filter((image) => !ids.has(image.id)));
}

function changeLists(change: (items: Image[]) => Image[]): void {
  queryClient.setQueriesData<List>(
    { queryKey: ['images'] },
    (list) => list && { ...list, pages: list.pages.map((page) => ({ ...page, items: change(page.items) })) },
  );
}

/** The image page then opens with what the list already knows. */
export function rememberImage(image: Image): void {
  seedFromList(imageQuery(image.id).queryKey, image, 'images');
}
