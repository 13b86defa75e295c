import type { EngineEvent } from '@rendermart/engine';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { trustIn, usualTrust, watched } from './watched.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const progress: EngineEvent = { type: 'progress', step: 1, steps: 2 };
const minutes = (count: number) => vi.advanceTimersByTimeAsync(count * 60_000);
/** What becomes of a call whose events are all taken. */
function drawing(generate: (signal: AbortSignal) => AsyncIterable<EngineEvent>, stop = new AbortController().signal) {
  const heard: EngineEvent[] = [];
  const end = vi.fn<(how: string) => void>();
  void (async () => {
    for await (const event of watched(generate, stop, usualTrust)) heard.push(event);
  })().then(
    () => end('finished'),
    (error: { kind: string }) => end(error.kind),
  );
  return { heard, end };
}

test('an engine that falls silent is stopped and lost, whatever it does then', async () => {
  let given: AbortSignal | undefined;
  const { heard, end } = drawing(async function* (signal) {
    given = signal;
    yield progress;
    await new Promise(() => {});
  });
  await minutes(64);
  expect([heard.length, end.mock.calls, given!.aborted]).toEqual([1, [], false]);
  await minutes(1);
  expect(end).toHaveBeenCalledExactlyOnceWith('engine_lost');
  expect(given!.aborted).toBe(true);
});

test('one that keeps time itself may let a call wait for its turn for hours, and is told to stop like any other', async () => {
  const stop = new AbortController();
  const end = vi.fn<(how: string) => void>();
  const trust = trustIn({ keepsTime: true });
  const silent = async function* () {
    await new Promise(() => {});
    yield progress;
  };
  void watched(silent, stop.signal, trust)
    .next()
    .catch((error: { kind: string }) => end(error.kind));
  await minutes(600);
  expect(end).not.toHaveBeenCalled();
  stop.abort();
  await vi.advanceTimersByTimeAsync(trust.leaveMs);
  expect(end).toHaveBeenCalledExactlyOnceWith('cancelled');
});

test('one that says something now and then may take as long as it needs', async () => {
  const { heard, end } = drawing(async function* () {
    for (let hour = 0; hour < 5; hour++) {
      await new Promise((resolve) => setTimeout(resolve, 3_600_000));
      yield progress;
    }
  });
  await minutes(301);
  expect(end).toHaveBeenCalledExactlyOnceWith('finished');
  expect(heard).toHaveLength(5);
});

test('what the listener takes is not the silence of the engine', async () => {
  const events = watched(
    async function* () {
      yield progress;
      yield progress;
    },
    new AbortController().signal,
    usualTrust,
  );
  await events.next();
  await minutes(200);
  expect(await events.next()).toEqual({ done: false, value: progress });
  expect((await events.next()).done).toBe(true);
});

test('one that does not stop is left to itself a few seconds later', async () => {
  const stop = new AbortController();
  const { end } = drawing(async function* () {
    await new Promise(() => {});
    yield progress;
  }, stop.signal);
  await minutes(1);
  stop.abort();
  await vi.advanceTimersByTimeAsync(usualTrust.leaveMs - 1);
  expect(end).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(end).toHaveBeenCalledExactlyOnceWith('cancelled');
});

test('one that stops by itself says so', async () => {
  const stop = new AbortController();
  const { end } = drawing(async function* (signal) {
    yield progress;
    await new Promise((resolve) => signal.addEventListener('abort', () => setTimeout(resolve, 500)));
    throw Object.assign(new Error('as it was told'), { kind: 'of its own' });
  }, stop.signal);
  await minutes(1);
  stop.abort();
  await vi.advanceTimersByTimeAsync(500);
  expect(end).toHaveBeenCalledExactlyOnceWith('of its own');
});

test('whoever asks for no more lets the engine tidy up first', async () => {
  const done: string[] = [];
  const first = (async () => {
    for await (const _ of watched(
      async function* () {
        try {
          yield progress;
        } finally {
          await new Promise((resolve) => setTimeout(resolve, 100));
          done.push('tidied up');
        }
      },
      new AbortController().signal,
      usualTrust,
    ))
      break;
    done.push('went on');
  })();
  await vi.advanceTimersByTimeAsync(100);
  await first;
  expect(done).toEqual(['tidied up', 'went on']);
});
