import type { Generation, Image } from '@rendermart/contract';
import { beforeEach, expect, test, vi } from 'vitest';
import { client } from '../../data/client.ts';
import { queryClient } from '../../data/queries.ts';
import { sourceOfRecipe } from './recipe-source.ts';

const image = { id: 'picture', width: 8, height: 4, placeholder: null, transparent: false, trashedAt: null } as Image;
const recipe = (named: Partial<Generation>) => ({ sourceImageId: 'picture', maskId: null, scale: null, ...named }) as Generation;
const read = vi.spyOn(client, 'imageRead');

beforeEach(() => {
  queryClient.clear();
  read.mockReset().mockResolvedValue(image);
});

test('a recipe brings its source image and its mask', async () => {
  expect(await sourceOfRecipe(recipe({ maskId: 'mask' }))).toEqual({
    source: { id: 'picture', width: 8, height: 4, placeholder: null, transparent: false, maskId: 'mask' },
    isLost: false,
  });
});

test('one that draws from words only asks for nothing, nor does an enlargement', async () => {
  const none = { source: null, isLost: false };
  expect(await sourceOfRecipe(recipe({ sourceImageId: null }))).toEqual(none);
  expect(await sourceOfRecipe(recipe({ scale: 2 }))).toEqual(none);
  expect(read).not.toHaveBeenCalled();
});

test('a source that was deleted or trashed is lost, a server that is silent is a failure', async () => {
  const fail = (code: string) => read.mockRejectedValueOnce(Object.assign(new Error(code), { name: 'ApiFailure', code }));
  fail('not_found');
  expect(await sourceOfRecipe(recipe({}))).toEqual({ source: null, isLost: true });
  read.mockResolvedValueOnce({ ...image, trashedAt: '2026-01-01T00:00:00Z' });
  expect(await sourceOfRecipe(recipe({}))).toEqual({ source: null, isLost: true });
  fail('rate_limited');
  await expect(sourceOfRecipe(recipe({}))).rejects.toMatchObject({ code: 'rate_limited' });
});
