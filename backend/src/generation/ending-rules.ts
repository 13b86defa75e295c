import type { GenerationFailureCode } from '@rendermart/contract';
import { type EngineErrorKind, engineErrorPolicy } from '@rendermart/engine';

/**
 * How one run ended, as its worker saw it. `released`: it is shutting down. `lost`: it died or fell silent; `databaseFell`: the
 * database was started after the run was, and took its worker's lease with it. `interrupted`: the database or the image store was away.
 */
export type RunEnd =
  | { kind: 'finished' }
  | { kind: 'cancelled' }
  | { kind: 'released' }
  | { kind: 'lost'; databaseFell: boolean }
  | { kind: 'interrupted' }
  | { kind: 'storage_full' }
  | { kind: 'failed'; error: EngineErrorKind; detail: string; retryAfterMs?: number | undefined };

/** What the wish has behind it. */
export interface History {
  /** Runs that broke something: an engine that failed or was lost, a worker that died. */
  strikes: number;
  /** Times it was put back because the engine had no room. */
  postponements: number;
  cancelRequested: boolean;
}

export type Ending =
  | { act: 'succeed' }
  | { act: 'cancel' }
  | { act: 'fail'; code: GenerationFailureCode; detail: string }
  /** Back into the queue; `delayMs` 0 is at once, in its old place. `refund`: the turn does not count for its owner's share. */
  | {
      act: 'requeue';
      outcome: 'postponed' | 'released' | 'lost';
      delayMs: number;
      strike: boolean;
      postpone: boolean;
      refund: boolean;
      detail: string;
    };

// A wish that took so many workers with it is the likely cause of their end. Its neighbours in those workers are struck as well, and
// the operator may be replacing nodes: fewer would end wishes that did nothing.
const maxWorkersLost = 5;
const firstDelayMs = 2_000;
const maxDelayMs = 5 * 60_000;

/** Decides what becomes of a wish after one run. Every engine error has its policy in the specification; nothing is retried for ever, because wishes expire. */
export function decideEnding(end: RunEnd, history: History): Ending {
  if (end.kind === 'finished') return { act: 'succeed' };
  if (end.kind === 'storage_full') return { act: 'fail', code: 'storage_full', detail: 'no space left to store the images' };
  if (end.kind === 'cancelled' || history.cancelRequested) return { act: 'cancel' };
  if (end.kind === 'released') return requeue({ outcome: 'released', refund: true, detail: 'the worker is shutting down' });
  if (end.kind === 'interrupted') return postpone(history, 'the database or the image store was away');
  if (end.kind === 'lost') return afterLostWorker(end, history);
  return afterEngineError(end, history);
}

function afterLostWorker({ databaseFell }: Extract<RunEnd, { kind: 'lost' }>, history: History): Ending {
  if (databaseFell) return requeue({ outcome: 'lost', refund: true, detail: 'the database went away' });
  const detail = 'the worker died or fell silent';
  if (history.strikes + 1 >= maxWorkersLost) return { act: 'fail', code: 'engine_lost', detail };
  return requeue({ outcome: 'lost', strike: true, refund: true, detail });
}

function afterEngineError(end: Extract<RunEnd, { kind: 'failed' }>, history: History): Ending {
  if (end.error === 'cancelled') return { act: 'cancel' };
  const { retry } = engineErrorPolicy[end.error];
  if (retry === 'later') return postpone(history, end.detail, end.retryAfterMs);
  if (retry === 'once' && history.strikes === 0)
    return requeue({ outcome: 'postponed', strike: true, refund: true, detail: end.detail });
  return { act: 'fail', code: end.error, detail: end.detail };
}

function postpone({ postponements }: History, detail: string, retryAfterMs?: number): Ending {
  return requeue({ outcome: 'postponed', delayMs: backoffMs(postponements, retryAfterMs), postpone: true, detail });
}

function requeue(
  how: Partial<Extract<Ending, { act: 'requeue' }>> & Pick<Extract<Ending, { act: 'requeue' }>, 'outcome' | 'detail'>,
): Ending {
  return { act: 'requeue', delayMs: 0, strike: false, postpone: false, refund: false, ...how };
}

/** Doubles from 2 s to 5 min; what the provider asked for comes first, within the same bounds. */
export function backoffMs(postponements: number, retryAfterMs: number | undefined): number {
  const asked = retryAfterMs ?? firstDelayMs * 2 ** Math.min(postponements, 20);
  return Math.min(maxDelayMs, Math.max(1_000, asked));
}

/** What happened, what it means, what to do. */
export const failureTexts: Record<GenerationFailureCode, string> = {
  refused_prompt: 'The model refused this prompt. Nothing was charged for missing images. Change the prompt and ask again.',
  refused_output:
    'The model refused to hand out what it drew. Nothing was charged for missing images. Change the prompt or try another seed.',
  rate_limited: 'The provider allows no more requests for now. Nothing was charged for missing images. Try again later.',
  no_capacity: 'The provider had no room. Nothing was charged for missing images. Try again later.',
  provider_credit:
    'The account at the provider is out of credit. Nothing was charged for missing images. Tell your administrator.',
  invalid_request:
    'The provider did not accept these settings. Nothing was charged for missing images. Change them and ask again.',
  model_retired: 'The provider no longer offers this model. Nothing was charged for missing images. Choose another model.',
  engine_lost:
    'The engine was lost while it drew, again and again. Nothing was charged for missing images. Try again; if it stays, tell your administrator.',
  engine_failed:
    'The engine failed while it drew. Nothing was charged for missing images. Try again; if it stays, tell your administrator.',
  misconfigured:
    'The engine of this model is not set up rightly. Nothing was charged for missing images. Tell your administrator.',
  storage_full:
    'There is no space left to store images. Nothing was charged for missing images. Tell your administrator, then try again: it continues with the same seed.',
  expired: 'It waited too long for its turn. Nothing was charged for missing images. Try again or choose another model.',
};
