import type { Generation, GenerationState } from '@rendermart/contract';
import { expect, test } from 'vitest';
import { newsIn } from './news.ts';

const generation = (id: string, state: GenerationState) => ({ id, state }) as Generation;
/** Tells the lists one after the other and gives what is announced of the last. */
const newsOfLast = (...lists: Generation[][]) => {
  const known = new Map<string, GenerationState>();
  return lists.map((list) => newsIn(known, list).map(({ id, state }) => `${id} ${state}`)).at(-1);
};
const [done, running, queued] = [generation('b', 'succeeded'), generation('d', 'running'), generation('e', 'queued')];

test('nothing of the first list is news', () => {
  expect(newsOfLast([running, done])).toEqual([]);
});

test('a new generation and another state are news, once', () => {
  expect(newsOfLast([running, done], [queued, generation('d', 'succeeded'), done])).toEqual(['e queued', 'd succeeded']);
  expect(newsOfLast([running, done], [queued, running, done], [queued, running, done])).toEqual([]);
});

test('older generations that are shown later are not announced, until their state changes', () => {
  expect(newsOfLast([running], [running, generation('c', 'queued'), done])).toEqual([]);
  expect(newsOfLast([running], [running, generation('c', 'queued')], [running, generation('c', 'running')])).toEqual([
    'c running',
  ]);
});
