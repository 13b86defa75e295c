import type { Generation, Image } from '@rendermart/contract';
import { beforeEach, expect, test } from 'vitest';
import { generationChanged, generationsQuery, imageQuery, queryClient, seedFromList } from './queries.ts';

const { queryKey } = generationsQuery;
const generation = (id: string, sequence: string, state: Generation['state'] = 'running') =>
  ({ id, sequence, state }) as Generation;
const held = () =>
  queryClient.getQueryData(queryKey)?.pages.flatMap((page) => page.items.map((item) => `${item.id} ${item.sequence}`));

beforeEach(() => {
  queryClient.setQueryData(queryKey, {
    pages: [
      { items: [generation('b', '20')], nextCursor: 'x' },
      { items: [generation('a', '9')], nextCursor: null },
    ],
    pageParams: [undefined, 'x'],
  });
});

test('a newer telling takes the place of an older one, on whatever page it is', () => {
  generationChanged(generation('a', '10'));
  expect(held()).toEqual(['b 20', 'a 10']);
});

test('an older telling changes nothing, also where text would sort the other way', () => {
  generationChanged(generation('b', '9'));
  expect(held()).toEqual(['b 20', 'a 9']);
});

test('an unknown generation comes first', () => {
  generationChanged(generation('c', '21', 'queued'));
  expect(held()).toEqual(['c 21', 'b 20', 'a 9']);
});

test('an unknown generation that is older than a known one takes its place behind it, also on a later page', () => {
  queryClient.setQueryData(queryKey, {
    pages: [
      { items: [generation('g', '20'), generation('e', '19')], nextCursor: 'x' },
      { items: [generation('c', '9'), generation('a', '8')], nextCursor: 'y' },
    ],
    pageParams: [undefined, 'x'],
  });
  for (const id of ['f', 'b', 'd']) generationChanged(generation(id, '21', 'queued'));
  expect(held()).toEqual(['g 20', 'f 21', 'e 19', 'd 21', 'c 9', 'b 21', 'a 8']);
});

test('what is older than all that was loaded waits for its page, and stands last when there is none', () => {
  const load = (nextCursor: string | null) =>
    queryClient.setQueryData(queryKey, { pages: [{ items: [generation('b', '20')], nextCursor }], pageParams: [undefined] });
  load('x');
  generationChanged(generation('a', '21', 'queued'));
  expect(held()).toEqual(['b 20']);
  load(null);
  generationChanged(generation('a', '21', 'queued'));
  expect(held()).toEqual(['b 20', 'a 21']);
});

test('the first generation of all is entered', () => {
  queryClient.setQueryData(queryKey, { pages: [{ items: [], nextCursor: null }], pageParams: [undefined] });
  generationChanged(generation('a', '1', 'queued'));
  expect(held()).toEqual(['a 1']);
});

test('before the list was read there is nothing to change', () => {
  queryClient.removeQueries({ queryKey });
  generationChanged(generation('c', '21'));
  expect(held()).toBeUndefined();
});

test('a page that opens with what a list knows knows how old that is', () => {
  const image = { id: 'picture', favourite: false } as Image;
  const { queryKey: key } = imageQuery(image.id);
  const list = { pages: [{ items: [image], nextCursor: null }], pageParams: [undefined] };
  queryClient.setQueryData(['images', {}], list, { updatedAt: 1_000 });
  seedFromList(key, image, 'images');
  expect(queryClient.getQueryState(key)).toMatchObject({ data: image, dataUpdatedAt: 1_000 });
});

test('what is held is neither replaced nor made fresh by a list', async () => {
  const held = { id: 'held', favourite: true } as Image;
  const { queryKey: key } = imageQuery(held.id);
  queryClient.setQueryData(key, held, { updatedAt: 2_000 });
  await queryClient.invalidateQueries({ queryKey: key });
  seedFromList(key, { ...held, favourite: false }, 'images');
  expect(queryClient.getQueryState(key)).toMatchObject({ data: held, dataUpdatedAt: 2_000, isInvalidated: true });
});
