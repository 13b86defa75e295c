import type { Generation } from '@rendermart/contract';
import { beforeEach, expect, test } from 'vitest';
import { generationChanged, generationsQuery, queryClient } from './queries.ts';

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

test('before the list was read there is nothing to change', () => {
  queryClient.removeQueries({ queryKey });
  generationChanged(generation('c', '21'));
  expect(held()).toBeUndefined();
});
