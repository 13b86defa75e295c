import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import type { Image, Recipe } from '@rendermart/contract';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider, createMemoryHistory, createRootRoute, createRouter } from '@tanstack/react-router';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { accountQuery, queryClient } from '../../data/queries.ts';
import { ExploreGrid } from './ExploreGrid.tsx';

const base = { width: 8, height: 8, title: null, owner: { id: 'o', name: 'Olga' }, mine: false, liked: false, likes: 12_345 };
const published = (prompt: string, recipe: Partial<Recipe> | null) => ({ ...base, id: prompt, prompt, recipe }) as Image;

async function textOf(images: Image[]): Promise<string> {
  i18n.loadAndActivate({ locale: 'en', messages: {} });
  queryClient.setQueryData(accountQuery.queryKey, null);
  const routeTree = createRootRoute({ component: () => <ExploreGrid images={images} /> });
  const router = createRouter({ routeTree, history: createMemoryHistory() });
  await router.load();
  return renderToString(
    <QueryClientProvider client={queryClient}>
      <I18nProvider i18n={i18n}>
        <RouterProvider router={router as never} />
      </I18nProvider>
    </QueryClientProvider>,
  );
}

test('a recipe is offered to be remixed, an enlarged copy is not', async () => {
  const page = await textOf([published('a kite', {}), published('a drum', { scale: 2 }), published('a well', null)]);
  expect(page.match(/Remix: [a-z ]+/g)).toEqual(['Remix: a kite']);
});

test('likes are written as numbers are', async () => expect(await textOf([published('a kite', {})])).toContain('>12,345<'));
