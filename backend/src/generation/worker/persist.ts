import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, isAway } from '../../platform/index.ts';

const longestPauseMs = 1_000;

/**
 * Does `work` again and again while the database or the image store is away, until `stop` aborts: a restart must not cost a finished
 * picture. `work` is one transaction or the storing of a picture, and safe to repeat: a commit whose answer got lost is met again as
 * an image that exists or as a lost lease.
 */
export async function persist<Result>(work: () => Promise<Result>, stop: AbortSignal): Promise<Result> {
  for (let pauseMs = 50; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || stop.aborted) throw error;
      await sleep(pauseMs);
    }
  }
}

/** Whether an error of the database or the image store goes away by itself: what is away comes back, and of a deadlock one side goes on. */
export function isPassing(error: unknown): boolean {
  // Only the image store says it here: what an engine says is an EngineError, and no other error of its own is a Failure.
  if (error instanceof Failure) return error.code === 'unavailable';
  return isAway(error) || /^40(001|P01)$/.test((error as { code?: string }).code ?? '');
}
