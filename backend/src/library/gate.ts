/** Lets a few through at a time; the others wait in order. */
export interface Gate {
  <Result>(work: () => Promise<Result>): Promise<Result>;
}

export function makeGate(places: number): Gate {
  let free = places;
  const waiting: (() => void)[] = [];
  const enter = () => (free > 0 ? void (free -= 1) : new Promise<void>((resolve) => waiting.push(resolve)));
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async (work) => {
    await enter();
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
