import type { EventOptions, ReceivedEvent } from '@rendermart/client';
import type { Account } from '@rendermart/contract';
import { QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { client } from './client.ts';
import { followEvents } from './live.ts';
import { accountChanged, accountQuery, generationsQuery, imageQuery, modelsQuery, queryClient } from './queries.ts';

const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
const show = (visibilityState: 'visible' | 'hidden') => {
  page.visibilityState = visibilityState;
  page.dispatchEvent(new Event('visibilitychange'));
};
/** What each stream was opened with. */
let opened: EventOptions[] = [];
/** What each stream tells. */
let told: ReceivedEvent[] = [];
const reload = vi.fn<() => void>();
const clear = vi.fn<() => void>();
const ada = { id: 'ada' } as Account;
let stop: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  vi.stubGlobal('document', page);
  vi.stubGlobal('location', { reload });
  vi.stubGlobal('sessionStorage', { clear });
  vi.spyOn(client, 'accountRead').mockResolvedValue(ada);
  accountChanged(ada);
  queryClient.setQueryData(generationsQuery.queryKey, { pages: [], pageParams: [] });
  queryClient.setQueryData(imageQuery('picture').queryKey, { id: 'picture' } as never);
  opened = [];
  told = [];
  vi.spyOn(client, 'events').mockImplementation(async function* (options = {}) {
    opened.push(options);
    options.onState?.('open');
    yield { type: 'hello', heartbeatMs: 20_000, eventId: String(opened.length) };
    yield* told;
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

/** Is it known of the list and of the image that they are old? */
const stale = () =>
  [generationsQuery.queryKey, imageQuery('picture').queryKey].map((key) => queryClient.getQueryState(key)?.isInvalidated);

async function leaveAndComeBack() {
  await vi.advanceTimersByTimeAsync(1_000);
  show('hidden');
  await vi.advanceTimersByTimeAsync(11_000);
  show('visible');
  await vi.advanceTimersByTimeAsync(1_000);
}

test('a hidden page gives its stream back, and asks for what it missed when it is shown', async () => {
  await vi.advanceTimersByTimeAsync(1_000);
  expect(stale()).toEqual([false, false]);
  await leaveAndComeBack();
  expect(opened[0]!.signal!.aborted).toBe(true);
  // With the last event the server would repeat all that changed in the last 5,000 changes.
  expect(opened.map(({ lastEventId }) => lastEventId)).toEqual([undefined, undefined]);
  expect(stale()).toEqual([true, true]);
  expect(reload).not.toHaveBeenCalled();
});

test('a page that comes back to another account starts over, and takes nothing of it', async () => {
  vi.mocked(client.accountRead).mockResolvedValue({ id: 'ben' } as Account);
  await leaveAndComeBack();
  expect([clear.mock.calls.length, reload.mock.calls.length]).toEqual([1, 1]);
  expect(stale()).toEqual([false, false]);
  expect(queryClient.getQueryData(accountQuery.queryKey)).toBe(ada);
});

test('nor does a page whose session had ended before another account came', async () => {
  const refusal = Object.assign(new Error('Nobody.'), { name: 'ApiFailure', code: 'sign_in_required' });
  vi.mocked(client.accountRead).mockRejectedValueOnce(refusal);
  await leaveAndComeBack();
  expect(queryClient.getQueryData(accountQuery.queryKey)).toBeNull();
  vi.mocked(client.accountRead).mockResolvedValue({ id: 'ben' } as Account);
  await leaveAndComeBack();
  expect([clear.mock.calls.length, reload.mock.calls.length]).toEqual([1, 1]);
  expect(queryClient.getQueryData(accountQuery.queryKey)).toBeNull();
});

test('a page that comes back to nobody knows that it is signed out', async () => {
  const refusal = Object.assign(new Error('Nobody.'), { name: 'ApiFailure', code: 'sign_in_required' });
  vi.mocked(client.accountRead).mockRejectedValue(refusal);
  await leaveAndComeBack();
  expect(queryClient.getQueryData(accountQuery.queryKey)).toBeNull();
  expect(reload).not.toHaveBeenCalled();
});

test('a page whose connection was lost asks for what it missed', async () => {
  await vi.advanceTimersByTimeAsync(1_000);
  opened[0]!.onState!('waiting');
  await vi.advanceTimersByTimeAsync(10_000);
  expect(stale()).toEqual([false, false]);
  opened[0]!.onState!('open');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(stale()).toEqual([true, true]);
});

test('what failed meanwhile is asked for again where it is shown', async () => {
  const list = vi.spyOn(client, 'modelList').mockRejectedValueOnce(new TypeError('no answer'));
  list.mockResolvedValue({ items: [] });
  const leave = new QueryObserver(queryClient, { ...modelsQuery, retry: false }).subscribe(() => {});
  await vi.advanceTimersByTimeAsync(1_000);
  expect(queryClient.getQueryState(modelsQuery.queryKey)?.status).toBe('error');
  opened[0]!.onState!('waiting');
  opened[0]!.onState!('open');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(queryClient.getQueryData(modelsQuery.queryKey)).toEqual([]);
  expect(list).toHaveBeenCalledTimes(2);
  leave();
  list.mockRestore();
});

test('many pictures that are told of in a row are asked for once', async () => {
  const done = (id: string) => ({ id, state: 'succeeded', sequence: '1', priceCredits: '2', finishedAt: 'now' });
  told = ['a', 'b', 'c'].map((id) => ({ type: 'generation', generation: done(id), eventId: '1' }) as ReceivedEvent);
  const invalidate = vi.spyOn(queryClient, 'invalidateQueries');
  stop();
  stop = followEvents();
  await vi.advanceTimersByTimeAsync(1_000);
  const asked = invalidate.mock.calls.map(([filters]) => filters!.queryKey![0]);
  expect(asked.sort()).toEqual(['collections', 'explore', 'images', 'wallet']);
});
