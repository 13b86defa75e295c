/** Random numbers that a seed decides, the same on every machine. */
export interface Random {
  /** A number from low (included) to high. */
  between(low: number, high: number): number;
  /** One of a list. */
  pick<Item>(items: readonly Item[]): Item;
}

/** mulberry32: 32 bits of state, whole-number arithmetic only, which is plenty for placing trees. */
export function makeRandom(seed: number): Random {
  let state = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (low: number, high: number) => low + (high - low) * next();
  return { between, pick: (items) => items[Math.floor(next() * items.length)]! };
}
