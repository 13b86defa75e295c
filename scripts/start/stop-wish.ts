/** A person's or the system's wish that we stop. */
export interface StopWish {
  arrived: Promise<undefined>;
  hasArrived(): boolean;
  /** Resolves with the second wish: somebody is tired of waiting. */
  isUrgent: Promise<void>;
}

// One Ctrl-C reaches us twice, from the terminal and from the process that started us: that is one wish.
const sameWishMs = 500;
const parentPollMs = 500;

/** Listens to signals, and to the death of the process that started us, which a SIGTERM to npm looks like from here. */
export function onStopWish(): StopWish {
  const arrived = Promise.withResolvers<undefined>();
  const urgent = Promise.withResolvers<void>();
  let arrivedAt: number | undefined;
  const wish = () => {
    if (arrivedAt === undefined) {
      arrivedAt = performance.now();
      arrived.resolve(undefined);
    } else if (performance.now() - arrivedAt > sameWishMs) {
      urgent.resolve();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, wish);
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    wish();
  }, parentPollMs);
  timer.unref();
  return { arrived: arrived.promise, hasArrived: () => arrivedAt !== undefined, isUrgent: urgent.promise };
}
