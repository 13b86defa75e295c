/** A piece of work that is done again and again, never twice at once. */
export interface Repetition {
  /** Does it now, or once more after the one that is going on. */
  now(): Promise<void>;
  /** Resolves when the last one is over. */
  stop(): Promise<void>;
}

/** Does `work` every `ms` milliseconds, counted from the end of the last time. An error is reported and the work goes on. */
export function every(ms: number, work: () => Promise<void>, onError: (error: unknown) => void): Repetition {
  let stopped = false;
  let going = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  function now(): Promise<void> {
    clearTimeout(timer);
    going = going
      .then(async () => {
        if (!stopped) await work().catch(onError);
      })
      .finally(() => {
        clearTimeout(timer);
        if (!stopped) timer = setTimeout(() => void now(), ms);
      });
    return going;
  }

  timer = setTimeout(() => void now(), ms);
  return {
    now,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await going;
    },
  };
}
