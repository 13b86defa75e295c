import { type CronTask, nightlySeconds } from '../platform/index.ts';
import type { MarketDeps } from './deps.ts';
import { contentOfPreview, previewPrefix } from './preview.ts';

const batch = 500;
// One that was made this moment is being looked at.
const keptMs = 3_600_000;

export function makeCrons(deps: MarketDeps): CronTask[] {
  return [
    {
      name: 'market.sweep-previews',
      cron: '41 3 * * *',
      maxSeconds: nightlySeconds,
      handle: async (signal) => void (await sweepPreviews(deps, signal)),
    },
  ];
}

/**
 * Removes previews of pictures that are not kept any more: deleted for good, or of a closed account. One that is asked for again is made
 * again. Returns how many went.
 */
export async function sweepPreviews(
  { storage, library, database, clock }: Pick<MarketDeps, 'storage' | 'library' | 'database' | 'clock'>,
  signal: AbortSignal,
): Promise<number> {
  const before = clock.now().getTime() - keptMs;
  let swept = 0;
  let keys: string[] = [];
  const removeUnknown = async () => {
    signal.throwIfAborted();
    const known = await library.keptContents(database.read, keys.map(contentOfPreview));
    const unknown = keys.filter((key) => !known.has(contentOfPreview(key)));
    for (const key of unknown) await storage.remove(key);
    swept += unknown.length;
    keys = [];
  };
  for await (const { key, modifiedAt } of storage.list(previewPrefix)) {
    if (modifiedAt.getTime() < before) keys.push(key);
    if (keys.length === batch) await removeUnknown();
  }
  await removeUnknown();
  return swept;
}
