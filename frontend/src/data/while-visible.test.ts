import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { whileVisible } from './while-visible.ts';

const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
const show = (visibilityState: 'visible' | 'hidden') => {
  page.visibilityState = visibilityState;
  page.dispatchEvent(new Event('visibilitychange'));
};
const end = vi.fn<() => void>();
const act = vi.fn<(hasBeenHidden: boolean) => () => void>(() => end);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', page);
  vi.clearAllMocks();
  page.visibilityState = 'visible';
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a page that was left is given up after some seconds, and taken up again as one that missed something', () => {
  const stop = whileVisible(act);
  expect(act.mock.calls).toEqual([[false]]);
  show('hidden');
  vi.advanceTimersByTime(9_000);
  expect(end).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2_000);
  expect(end).toHaveBeenCalledTimes(1);
  show('visible');
  expect(act.mock.calls).toEqual([[false], [true]]);
  stop();
  expect(end).toHaveBeenCalledTimes(2);
});

test('a glance at another page changes nothing', () => {
  const stop = whileVisible(act);
  show('hidden');
  vi.advanceTimersByTime(5_000);
  show('visible');
  vi.advanceTimersByTime(60_000);
  expect([act.mock.calls.length, end.mock.calls.length]).toEqual([1, 0]);
  stop();
});

test('a page that nobody has looked at yet does not begin', () => {
  page.visibilityState = 'hidden';
  const stop = whileVisible(act);
  vi.advanceTimersByTime(60_000);
  expect(act).not.toHaveBeenCalled();
  show('visible');
  expect(act.mock.calls).toEqual([[true]]);
  stop();
  show('hidden');
  show('visible');
  expect(act).toHaveBeenCalledTimes(1);
});
