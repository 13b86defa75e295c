import type { ClaimedRow } from '../tables.ts';

export interface PullerParts {
  engines: readonly string[];
  free(): number;
  claim(engine: string, count: number): Promise<ClaimedRow[]>;
  start(row: ClaimedRow): void;
  onError(error: unknown): void;
}

/** Claims as much as the worker has room for; resolves when that is done. A bell that rings meanwhile makes it look once more. */
export function makePuller({ engines, free, claim, start, onError }: PullerParts): () => Promise<void> {
  let pulling: Promise<void> | undefined;
  let again = false;
  let turn = 0;

  /** Engines take turns in being asked first, so that none of them keeps a small worker to itself. */
  async function fill(): Promise<void> {
    turn++;
    for (let step = 0; step < engines.length && free() > 0; step++) {
      const rows = await claim(engines[(turn + step) % engines.length]!, free());
      rows.forEach(start);
    }
  }

  async function pullOn(): Promise<void> {
    try {
      while (again) {
        again = false;
        await fill();
      }
    } catch (error) {
      onError(error);
    } finally {
      pulling = undefined;
    }
  }

  return () => {
    again = true;
    return (pulling ??= pullOn());
  };
}
