import type { GenerationDeps } from './deps.ts';
import { setWeight } from './store-workers.ts';

const freshForMs = 30_000;
const ordinaryWeight = 1;
const maxKept = 10_000;

/** Keeps people's shares of the queue at hand, and gives a changed one to the lanes that they already have. */
export function makeWeights({ database, accounts, log }: Pick<GenerationDeps, 'database' | 'accounts' | 'log'>) {
  const kept = new Map<string, { until: number; weight: Promise<number> }>();

  async function read(accountId: string): Promise<number> {
    return (await accounts.weightsOf(database.read, [accountId])).get(accountId) ?? ordinaryWeight;
  }

  function weightOf(accountId: string): Promise<number> {
    const found = kept.get(accountId);
    if (found && found.until > performance.now()) return found.weight;
    if (kept.size >= maxKept) kept.clear();
    const weight = read(accountId);
    kept.set(accountId, { until: performance.now() + freshForMs, weight });
    weight.catch(() => kept.delete(accountId));
    return weight;
  }

  const stop = accounts.onAccountChange(({ accountId, kind }) => {
    if (kind !== 'weight') return;
    kept.delete(accountId);
    weightOf(accountId)
      .then((weight) => setWeight(database.read, accountId, weight))
      .catch((error: unknown) => log.warn({ error, accountId }, 'a new weight applies from the next request on'));
  });
  return { weightOf, stop };
}
