import type { Generation } from '@rendermart/contract';
import type { Client } from '@rendermart/client';
import { expect, test, vi } from 'vitest';
import { follow } from './follow.ts';

const accepted = { id: 'g1', state: 'queued', queue: null, progress: null, images: [], count: 1, finishedAt: null };
const ended = { ...accepted, state: 'cancelled', finishedAt: '2026-11-27T12:00:00Z' };
vi.spyOn(console, 'error').mockImplementation(() => {});

/** A server that ends a generation when, and only when, it is cancelled. */
function serve() {
  const cancelled = Promise.withResolvers<void>();
  const generationCancel = vi.fn<Client['generationCancel']>(async () => {
    cancelled.resolve();
    return ended as unknown as Generation;
  });
  async function* events() {
    yield { type: 'hello' };
    await cancelled.promise;
    yield { type: 'generation', generation: ended };
  }
  const client = { events, generationCancel, generationRead: async () => accepted };
  return { generationCancel, client: client as unknown as Client };
}

test.each([
  ['while the request was on its way', () => AbortSignal.abort()],
  ['later', () => AbortSignal.timeout(20)],
])('Ctrl-C %s cancels the generation', async (_when, pressed) => {
  const { client, generationCancel } = serve();
  const last = await follow(client, accepted as unknown as Generation, pressed());
  expect(generationCancel).toHaveBeenCalledExactlyOnceWith({ params: { id: 'g1' } });
  expect(last.state).toBe('cancelled');
});
