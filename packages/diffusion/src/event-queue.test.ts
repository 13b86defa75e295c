import { expect, it } from 'vitest';
import { EventQueue } from './event-queue.ts';

it('delivers in order, also what comes while the reader waits', async () => {
  const queue = new EventQueue<number>();
  queue.push(1);
  setTimeout(() => {
    queue.push(2);
    queue.end();
    queue.push(3);
  });
  expect(await Array.fromAsync(queue.read())).toEqual([1, 2]);
});

it('replaces what a newer value supersedes', async () => {
  const queue = new EventQueue<string>((newer, older) => newer[0] === older[0]);
  for (const value of ['a1', 'b1', 'a2']) queue.push(value);
  queue.end();
  expect(await Array.fromAsync(queue.read())).toEqual(['b1', 'a2']);
});

it('ends at once with an error', async () => {
  const queue = new EventQueue<number>();
  queue.push(1);
  queue.end({ error: new Error('lost') });
  await expect(Array.fromAsync(queue.read())).rejects.toThrow('lost');
});
