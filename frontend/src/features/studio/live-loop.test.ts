import type { LiveDrawing, LiveDrawingInput } from '@rendermart/contract';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type LiveLoop, type LiveState, makeLiveLoop } from './live-loop.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const body = (prompt: string): LiveDrawingInput => ({ prompt, modelId: 'one', seed: 7 });
const drawn = ({ prompt, modelId, seed }: LiveDrawingInput): LiveDrawing => ({
  outcome: 'drawn',
  picture: `data:,${prompt}`,
  keep: { prompt, modelId, seed },
});
const failure = (code: string, retryAfterMs?: number) =>
  Object.assign(new Error(code), { name: 'ApiFailure', code, retryAfterMs });

/** A loop whose server answers when the test says so. */
function start() {
  const asked: { prompt: string; answer(drawing?: LiveDrawing): Promise<void>; fail(error: Error): Promise<void> }[] = [];
  const states: LiveState[] = [];
  const settle = async (act: () => void) => {
    act();
    await vi.advanceTimersByTimeAsync(0);
  };
  const loop: LiveLoop = makeLiveLoop(
    (input) => {
      const { promise, resolve, reject } = Promise.withResolvers<LiveDrawing>();
      asked.push({
        prompt: input.prompt,
        answer: (drawing = drawn(input)) => settle(() => resolve(drawing)),
        fail: (error) => settle(() => reject(error)),
      });
      return promise;
    },
    (state) => states.push(state),
  );
  return { loop, asked, states, prompts: () => asked.map(({ prompt }) => prompt) };
}

test('a burst of typing becomes one drawing of the last words', async () => {
  const { loop, prompts } = start();
  for (const text of ['f', 'fo', 'fox']) {
    loop.want(body(text));
    await vi.advanceTimersByTimeAsync(50);
  }
  await vi.advanceTimersByTimeAsync(1_000);
  expect(prompts()).toEqual(['fox']);
});

test('one is on its way at a time; of what is typed meanwhile the last one wins', async () => {
  const { loop, asked, states, prompts } = start();
  loop.want(body('a'));
  await vi.advanceTimersByTimeAsync(300);
  loop.want(body('ab'));
  loop.want(body('abc'));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(prompts()).toEqual(['a']);
  await asked[0]!.answer();
  expect(states.at(-1)?.drawn?.picture).toBe('data:,a');
  await vi.advanceTimersByTimeAsync(300);
  expect(prompts()).toEqual(['a', 'abc']);
  await asked[1]!.answer();
  expect(states.at(-1)).toMatchObject({ status: 'resting', drawn: { picture: 'data:,abc' } });
});

test('the picture stays when nothing changes, and nothing more is asked', async () => {
  const { loop, asked, prompts } = start();
  loop.want(body('a'));
  await vi.advanceTimersByTimeAsync(300);
  await asked[0]!.answer();
  loop.want(body('a'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(prompts()).toEqual(['a']);
});

test('busy workers are asked again later; new words are worth a try at once', async () => {
  const { loop, asked, states, prompts } = start();
  loop.want(body('a'));
  await vi.advanceTimersByTimeAsync(300);
  await asked[0]!.answer({ outcome: 'busy' });
  expect(states.at(-1)?.status).toBe('busy');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(prompts()).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(600);
  expect(prompts()).toEqual(['a', 'a']);
  await asked[1]!.answer({ outcome: 'busy' });
  loop.want(body('ab'));
  await vi.advanceTimersByTimeAsync(300);
  expect(prompts()).toEqual(['a', 'a', 'ab']);
});

test('after too many tries it waits as long as it is told; another failure waits for a change', async () => {
  const { loop, asked, states, prompts } = start();
  loop.want(body('a'));
  await vi.advanceTimersByTimeAsync(300);
  await asked[0]!.fail(failure('rate_limited', 9_000));
  await vi.advanceTimersByTimeAsync(8_000);
  expect(prompts()).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(1_100);
  await asked[1]!.fail(failure('live_drawing_off'));
  expect(states.at(-1)).toMatchObject({ status: 'failed', error: { code: 'live_drawing_off' } });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(prompts()).toEqual(['a', 'a']);
});

test('without words there is no picture, and one that comes late is not shown', async () => {
  const { loop, asked, states } = start();
  loop.want(body('a'));
  await vi.advanceTimersByTimeAsync(300);
  loop.want(null);
  await asked[0]!.answer();
  expect(states.at(-1)).toEqual({ status: 'resting', drawn: null, error: null });
});

test('words that come back while nothing was wanted are drawn', async () => {
  const { loop, asked, prompts } = start();
  loop.want(body('a'));
  await vi.advanceTimersByTimeAsync(300);
  loop.want(null);
  loop.want(body('b'));
  await asked[0]!.answer();
  await vi.advanceTimersByTimeAsync(300);
  expect(prompts()).toEqual(['a', 'b']);
});

test('a stopped loop asks for nothing', async () => {
  const { loop, prompts } = start();
  loop.want(body('a'));
  loop.stop();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(prompts()).toEqual([]);
});
