import type { EventOptions } from '@rendermart/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { client } from './client.ts';
import { followEvents } from './live.ts';
import { generationsQuery, imageQuery, queryClient } from './queries.ts';

const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
const show = (visibilityState: 'visible' | 'hidden') => {
  page.visibilityState = visibilityState;
  page.dispatchEvent(new Event('visibilitychange'));
};
/** What each stream was opened with. */
let opened: EventOptions[] = [];
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', page);
  opened = [];
  vi.spyOn(client, 'events').mockImplementation(async function* (options = {}) {
    opened.push(options);
    options.onState?.('open');
    yield { type: 'hello', heartbeatMs: 20_000, eventId: String(opened.length) };
    await new Promise((resolve) => options.signal?.addEventListener('abort', resolve));
  });
  stop = followEvents();
});

afterEach(() => {
  stop();
  queryClient.clear();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a hidden page gives its stream back, and goes on after the last event when it is shown', async () => {
  queryClient.setQueryData(generationsQuery.queryKey, { pages: [], pageParams: [] });
  queryClient.setQueryData(imageQuery('picture').queryKey, { id: 'picture' } as never);
  const stale = () =>
    [generationsQuery.queryKey, imageQuery('picture').queryKey].map((key) => queryClient.getQueryState(key)?.isInvalidated);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(opened.map(({ lastEventId }) => lastEventId)).toEqual([undefined]);
  expect(stale()).toEqual([false, false]);
  show('hidden');
  await vi.advanceTimersByTimeAsync(11_000);
  expect(opened[0]!.signal!.aborted).toBe(true);
  show('visible');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(opened.map(({ lastEventId }) => lastEventId)).toEqual([undefined, '1']);
  expect(stale()).toEqual([true, true]);
});
