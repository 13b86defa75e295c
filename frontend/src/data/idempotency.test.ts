import { expect, test } from 'vitest';
import { makeKeys } from './idempotency.ts';

const lost = async (): Promise<never> => {
  throw new TypeError('no answer');
};

/** A sender whose requests are answered when the test says so; `sent` are the keys that they went out with. */
function sender() {
  let made = 0;
  const keys = makeKeys(() => `key ${++made}`);
  const sent: string[] = [];
  const send = (prompt: string, answer: (key: string) => Promise<unknown> = lost) =>
    keys.send({ prompt }, (key) => {
      sent.push(key);
      return answer(key);
    });
  return { send, sent };
}

test('the same request keeps its key until it was answered', async () => {
  const { send, sent } = sender();
  await expect(send('fox')).rejects.toThrow('no answer');
  expect(await send('fox', async () => 'drawn')).toBe('drawn');
  await expect(send('fox')).rejects.toThrow('no answer');
  expect(sent).toEqual(['key 1', 'key 1', 'key 2']);
});

test('another request gets another key', async () => {
  const { send, sent } = sender();
  await expect(send('fox')).rejects.toThrow('no answer');
  await expect(send('cat')).rejects.toThrow('no answer');
  expect(sent).toEqual(['key 1', 'key 2']);
});

test('the late answer of a request that was given up leaves the key of the next one alone', async () => {
  const { send, sent } = sender();
  const { promise, resolve } = Promise.withResolvers<void>();
  const givenUp = send('twice as large', () => promise);
  await expect(send('four times as large')).rejects.toThrow('no answer');
  resolve();
  await givenUp;
  await expect(send('four times as large')).rejects.toThrow('no answer');
  expect(sent).toEqual(['key 1', 'key 2', 'key 2']);
});
