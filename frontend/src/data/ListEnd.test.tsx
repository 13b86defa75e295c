import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { InfiniteQueryObserver, QueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ListEnd } from './ListEnd.tsx';

const textOf = (state: { hasNextPage: boolean; isFetchNextPageError: boolean }) => {
  i18n.loadAndActivate({ locale: 'en', messages: {} });
  const list = { error: new TypeError('no answer'), isFetching: false, fetchNextPage: async () => {}, ...state };
  const page = renderToStaticMarkup(
    <I18nProvider i18n={i18n}>
      <ListEnd list={list} />
    </I18nProvider>,
  );
  return page.replace(/<[^>]+>/g, ' ').trim();
};

test('a page that failed is said to have failed, and is asked for again only by hand', () => {
  expect(textOf({ hasNextPage: true, isFetchNextPageError: true })).toMatch(/\..*Try again$/);
});

test('more is offered only while there is more', () => {
  expect(textOf({ hasNextPage: true, isFetchNextPageError: false })).toBe('Show more');
  expect(textOf({ hasNextPage: false, isFetchNextPageError: false })).toBe('');
});

test('whoever comes to the end while the list is asked for again waits for that, and is not given what was old', async () => {
  const client = new QueryClient();
  const waiting: { signal: AbortSignal; answer: (text: string) => void }[] = [];
  const query = {
    queryKey: ['list'],
    queryFn: ({ signal }: { signal: AbortSignal }) => new Promise<string>((answer) => waiting.push({ signal, answer })),
    initialPageParam: 0,
    getNextPageParam: () => 1,
    initialData: { pages: ['old'], pageParams: [0] },
    staleTime: Infinity,
  };
  const observer = new InfiniteQueryObserver(client, query);
  const leave = observer.subscribe(() => {});
  const end = () => (ListEnd({ list: observer.getCurrentResult() }) as ReactElement<{ busy: boolean; onMore: () => void }>).props;

  void client.invalidateQueries();
  expect(end().busy).toBe(true);
  end().onMore();
  expect(waiting.map(({ signal }) => signal.aborted)).toEqual([false]);
  waiting[0]!.answer('new');
  await expect.poll(() => end().busy).toBe(false);
  end().onMore();
  waiting[1]!.answer('more');
  await expect.poll(() => observer.getCurrentResult().data?.pages).toEqual(['new', 'more']);
  leave();
  client.clear();
});
