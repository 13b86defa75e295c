import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { ListEnd } from './ListEnd.tsx';

const textOf = (state: { hasNextPage: boolean; isFetchNextPageError: boolean }) => {
  i18n.loadAndActivate({ locale: 'en', messages: {} });
  const list = { error: new TypeError('no answer'), isFetchingNextPage: false, fetchNextPage: async () => {}, ...state };
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
