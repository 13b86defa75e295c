import type { Image } from '@rendermart/contract';
import { InfiniteQueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type HeldCall, holdAnswers } from '../../data/held-answers.test-support.ts';
import { queryClient } from '../../data/queries.ts';
import { exploreQuery, likeImage } from './explore.ts';

const image = (liked: boolean) => ({ id: 'a', liked, likes: liked ? 1 : 0 }) as Image;
const query = exploreQuery({});
const shown = () => queryClient.getQueryData(query.queryKey)?.pages[0]?.items[0]?.liked;
let asked: HeldCall[];
let close: () => void;

beforeEach(() => {
  asked = holdAnswers();
  queryClient.setQueryData(query.queryKey, { pages: [{ items: [image(false)], nextCursor: null }], pageParams: [undefined] });
  close = new InfiniteQueryObserver(queryClient, query).subscribe(() => {});
});

afterEach(() => {
  close();
  queryClient.clear();
  vi.unstubAllGlobals();
});

test('a list that set out before a like does not take it back', async () => {
  void queryClient.invalidateQueries({ queryKey: ['explore'] });
  await expect.poll(() => asked.map(({ method }) => method)).toEqual(['GET']);
  const liking = likeImage(image(false), true);
  expect(shown()).toBe(true);
  await expect.poll(() => asked.map(({ method }) => method)).toEqual(['GET', 'PUT']);
  asked[1]!.answer(Response.json(image(true)));
  await liking;
  // The old answer is not waited for: what was under way is asked anew.
  await expect.poll(() => asked.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET']);
  asked[0]!.answer(Response.json({ items: [image(false)], nextCursor: null }));
  asked[2]!.answer(Response.json({ items: [image(true)], nextCursor: null }));
  await expect.poll(() => queryClient.isFetching()).toBe(0);
  expect(shown()).toBe(true);
});
