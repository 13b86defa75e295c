import type { Generation } from '@rendermart/contract';
import type { Client } from '@rendermart/client';
import { drawProgress } from './progress.ts';

type Followed = Pick<Client, 'events' | 'generationRead' | 'generationCancel'>;

/** Reads the event stream until the generation has ended; Ctrl-C cancels it on the server too. */
export async function follow(client: Followed, accepted: Generation, cancelled: AbortSignal): Promise<Generation> {
  const stop = new AbortController();
  let latest = accepted;
  const cancel = () => void client.generationCancel({ params: { id: accepted.id } }).catch(() => stop.abort());
  // It may have been pressed while the request was on its way: an event that is over is not told again.
  if (cancelled.aborted) cancel();
  else cancelled.addEventListener('abort', cancel, { once: true });
  drawProgress(latest);
  for await (const event of client.events({ signal: stop.signal })) {
    // The stream began after the request: what happened in between is read once.
    if (event.type === 'hello') latest = await client.generationRead({ params: { id: accepted.id } });
    else if (event.type === 'generation' && event.generation.id === accepted.id) latest = event.generation;
    drawProgress(latest);
    if (latest.finishedAt !== null) stop.abort();
  }
  return latest;
}
