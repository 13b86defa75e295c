import type { Capabilities } from '@rendermart/contract';
import { EngineError, type EngineEvent, type ImageEngine } from '@rendermart/engine';

/** How much an engine is trusted to end by itself. */
export interface Trust {
  /** Without any event for so long, a call is taken for lost; `Infinity`: never. */
  silenceMs: number;
  /** A call that was told to stop has so long to end. */
  leaveMs: number;
}

/**
 * Every engine has limits of its own, the longest an hour (`timeoutMs` of the engine `openai`): this is for those that do not keep them.
 * A lease is renewed as long as its worker lives, so nobody else would ever take such a run away.
 */
export const usualTrust: Trust = { silenceMs: 65 * 60_000, leaveMs: 10_000 };

/** @param cancel of its capabilities: one that cannot be stopped is left to itself at once */
export function trustIn({ keepsTime }: Pick<ImageEngine, 'keepsTime'>, cancel?: Capabilities['cancel']): Trust {
  return {
    silenceMs: keepsTime ? Infinity : usualTrust.silenceMs,
    leaveMs: cancel === 'never' ? 0 : usualTrust.leaveMs,
  };
}

/**
 * The events of a call, as long as they come. One that falls silent is stopped and ends as `engine_lost`; one that does not stop when
 * it is told to is left to itself and ends as `cancelled`.
 */
export async function* watched(
  generate: (signal: AbortSignal) => AsyncIterable<EngineEvent>,
  stop: AbortSignal,
  trust: Trust,
): AsyncGenerator<EngineEvent> {
  const watch = makeWatch(stop, trust);
  const iterator = generate(watch.signal)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const result = await watch.over(iterator.next());
      if (result.done) return;
      yield result.value;
    }
  } finally {
    // Whoever asks for no more lets the engine tidy up, as long as it would be waited for otherwise.
    await watch.over(Promise.resolve(iterator.return?.())).catch(() => {});
    watch.end();
  }
}

/** Waits for an engine as long as it is trusted. */
interface Watch {
  /** Tells the engine to stop. */
  signal: AbortSignal;
  /** What it answers, or the error that says why it is no longer waited for. */
  over<Answer>(answer: Promise<Answer>): Promise<Answer>;
  end(): void;
}

function makeWatch(stop: AbortSignal, { silenceMs, leaveMs }: Trust): Watch {
  const lost = new AbortController();
  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  givenUp.catch(() => {});
  let leaving: NodeJS.Timeout | undefined;
  const leave = () => {
    leaving = setTimeout(() => reject(new EngineError('cancelled', 'stopped waiting for a call that does not stop')), leaveMs);
  };
  const lose = () => {
    lost.abort();
    const minutes = Math.round(silenceMs / 60_000);
    reject(
      new EngineError('engine_lost', `The engine said nothing for ${minutes} minutes. Look into the log of what it draws with`),
    );
  };
  if (stop.aborted) leave();
  else stop.addEventListener('abort', leave, { once: true });
  return {
    signal: AbortSignal.any([stop, lost.signal]),
    over(answer) {
      // A timer of Infinity would ring at once.
      const silence = Number.isFinite(silenceMs) ? setTimeout(lose, silenceMs) : undefined;
      return Promise.race([answer, givenUp]).finally(() => clearTimeout(silence));
    },
    end() {
      clearTimeout(leaving);
      stop.removeEventListener('abort', leave);
    },
  };
}
