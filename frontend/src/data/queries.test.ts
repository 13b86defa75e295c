import type { Generation, Image } from '@rendermart/contract';
import { InfiniteQueryObserver } from '@tanstack/react-query';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { client } from './client.ts';
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

/** A list whose pages are asked for one after the other, as long as a test wants. */
async function load(...answers: Generation[][]) {
  queryClient.removeQueries({ queryKey });
  const waiting: (() => void)[] = [];
  const list = vi.spyOn(client, 'generationList').mockImplementation(async ({ query } = {}) => {
    const index = Number(query?.cursor ?? 0);
    const items = answers[index]!;
    await new Promise<void>((resolve) => waiting.push(resolve));
    return { items, nextCursor: index + 1 < answers.length ? String(index + 1) : null };
  });
  const answer = async () => {
    await vi.waitUntil(() => waiting.length > 0);
    waiting.shift()!();
  };
  const observer = new InfiniteQueryObserver(queryClient, generationsQuery);
  const leave = observer.subscribe(() => {});
  const settled = () => vi.waitUntil(() => !observer.getCurrentResult().isFetching);
  onTestFinished(() => {
    leave();
    list.mockRestore();
  });
  await answer();
  await settled();
  return { observer, answer, settled };
}

test('what was told while the list was asked for again stays', async () => {
  const answers = [[generation('d', '4')], [generation('b', '2')], [generation('a', '1')]];
  const { observer, answer, settled } = await load(...answers);
  void observer.fetchNextPage();
  await answer();
  await settled();
  void observer.refetch();
  await answer();
  for (const [id, sequence] of [
    ['d', '9'],
    ['e', '8'],
    ['c', '7'],
  ] as const)
    generationChanged(generation(id, sequence));
  await answer();
  await settled();
  expect(held()).toEqual(['e 8', 'd 9', 'c 7', 'b 2']);
});

test('what was told while the next page was asked for stays', async () => {
  const { observer, answer, settled } = await load([generation('b', '2')], [generation('a', '1')]);
  void observer.fetchNextPage();
  for (const id of ['b', 'c']) generationChanged(generation(id, '9', 'succeeded'));
  await answer();
  await settled();
  expect(held()).toEqual(['c 9', 'b 9', 'a 1']);
});

test('the first generation of all stays when the empty list arrives after it', async () => {
  const { observer, answer, settled } = await load([]);
  void observer.refetch();
  generationChanged(generation('a', '1', 'queued'));
  await answer();
  await settled();
  expect(held()).toEqual(['a 1']);
});

test('an answer that says nothing new changes nothing', async () => {
  const { observer, answer, settled } = await load([generation('b', '2')]);
  const before = queryClient.getQueryData(queryKey);
  void observer.refetch();
  await answer();
  await settled();
  expect(queryClient.getQueryData(queryKey)).toBe(before);
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
