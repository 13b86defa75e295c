import { expect, it } from 'vitest';
import { RecentlyUsed } from './session-cache.ts';

function makeCache(limitBytes: number) {
  const discarded: string[] = [];
  const cache = new RecentlyUsed<string>(limitBytes, async (value) => void discarded.push(value));
  const add = (key: string, weightBytes: number) => cache.add(key, weightBytes, () => Promise.resolve(key));
  return { cache, add, discarded };
}

it('discards the least recently used until the new value fits', async () => {
  const { cache, add, discarded } = makeCache(100);
  for (const key of ['a', 'b', 'c']) await add(key, 30);
  expect(cache.find('a')).toBe('a');
  await add('d', 60);
  expect(discarded).toEqual(['b', 'c']);
  expect(cache.keys).toEqual(['a', 'd']);
  expect(cache.find('b')).toBeUndefined();
});

it('refuses what can never fit, and keeps the rest', async () => {
  const { cache, add } = makeCache(100);
  await add('a', 30);
  await expect(add('huge', 101)).rejects.toMatchObject({ code: 'memory_limit' });
  expect(cache.keys).toEqual(['a']);
});

it('keeps nothing when making fails', async () => {
  const { cache } = makeCache(100);
  await expect(cache.add('a', 10, () => Promise.reject(new Error('broken file')))).rejects.toThrow('broken file');
  expect(cache.keys).toEqual([]);
});
