import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import type { Image } from '@rendermart/contract';
import { InfiniteQueryObserver } from '@tanstack/react-query';
import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type HeldCall, holdAnswers } from '../../data/held-answers.test-support.ts';
import { imageQuery, queryClient } from '../../data/queries.ts';
import { imagesQuery } from './images.ts';
import { useImageActions } from './use-image-actions.ts';

const image = (favourite: boolean) => ({ id: 'a', favourite }) as Image;
const list = (favourite: boolean) => ({ items: [image(favourite)], nextCursor: null });
const query = imagesQuery({});
const shown = () => queryClient.getQueryData(query.queryKey)?.pages[0]?.items[0]?.favourite;

let asked: HeldCall[];
const takeNext = async (method: string): Promise<HeldCall['answer']> => {
  await expect.poll(() => asked.map((call) => call.method)).toContain(method);
  const [call] = asked.splice(
    asked.findIndex((each) => each.method === method),
    1,
  );
  return call!.answer;
};
let close: () => void;

beforeEach(() => {
  asked = holdAnswers();
  queryClient.setQueryData(query.queryKey, { pages: [list(false)], pageParams: [undefined] });
  close = new InfiniteQueryObserver(queryClient, query).subscribe(() => {});
});

afterEach(() => {
  close();
  queryClient.clear();
  vi.unstubAllGlobals();
});

function actions() {
  i18n.loadAndActivate({ locale: 'en', messages: {} });
  let held: ReturnType<typeof useImageActions>;
  const Holder = () => {
    held = useImageActions();
    return null;
  };
  renderToStaticMarkup(
    <I18nProvider i18n={i18n}>
      <Holder />
    </I18nProvider>,
  );
  return held!;
}

test('a list that was on its way when a heart was clicked does not take it back, and is asked for again', async () => {
  void queryClient.refetchQueries({ queryKey: query.queryKey });
  const older = await takeNext('GET');
  const done = actions().favourite(new Set(['a']), true);
  const saved = await takeNext('PATCH');
  older(Response.json(list(false)));
  expect(shown()).toBe(true);
  saved(Response.json(image(true)));
  expect(await done).toBe(true);
  expect(shown()).toBe(true);
  (await takeNext('GET'))(Response.json(list(true)));
});

test('a list that sets out while the heart is being saved is asked for again', async () => {
  const done = actions().favourite(new Set(['a']), true);
  const saved = await takeNext('PATCH');
  void queryClient.refetchQueries({ queryKey: query.queryKey });
  const older = await takeNext('GET');
  saved(Response.json(image(true)));
  await done;
  older(Response.json(list(false)));
  (await takeNext('GET'))(Response.json(list(true)));
  await expect.poll(() => queryClient.isFetching()).toBe(0);
  expect(shown()).toBe(true);
});

test('a heart on a list at rest asks for nothing again', async () => {
  const done = actions().favourite(new Set(['a']), true);
  (await takeNext('PATCH'))(Response.json(image(true)));
  await done;
  expect(asked).toEqual([]);
  expect(queryClient.getQueryState(query.queryKey)?.isInvalidated).toBe(true);
});

test('a list that comes and goes while the heart is being saved does not take it back', async () => {
  const done = actions().favourite(new Set(['a']), true);
  const saved = await takeNext('PATCH');
  void queryClient.refetchQueries({ queryKey: query.queryKey });
  (await takeNext('GET'))(Response.json(list(false)));
  await expect.poll(() => queryClient.isFetching()).toBe(0);
  expect(shown()).toBe(false);
  saved(Response.json(image(true)));
  await done;
  expect(shown()).toBe(true);
});

test('nor does the end of a run take back a heart that was clicked again meanwhile', async () => {
  queryClient.setQueryData(query.queryKey, {
    pages: [{ items: [image(false), { ...image(false), id: 'b' }], nextCursor: null }],
    pageParams: [undefined],
  });
  const run = actions().favourite(new Set(['a', 'b']), true);
  const first = await takeNext('PATCH');
  const second = await takeNext('PATCH');
  first(Response.json(image(true)));
  await expect.poll(() => queryClient.getQueryData(imageQuery('a').queryKey)?.favourite).toBe(true);
  const undone = actions().favourite(new Set(['a']), false);
  (await takeNext('PATCH'))(Response.json(image(false)));
  await undone;
  second(Response.json({ ...image(true), id: 'b' }));
  await run;
  expect(queryClient.getQueryData(query.queryKey)?.pages[0]?.items.map(({ favourite }) => favourite)).toEqual([false, true]);
});
