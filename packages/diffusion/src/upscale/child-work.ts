import type { ChildSettings, Work, WorkEvent } from '../protocol.ts';
import { RecentlyUsed } from '../runtime/session-cache.ts';
import { notePart } from '../runtime/stopwatch.ts';
import { enlargeTiles } from './enlarge.ts';
import { readUpscalerFolder, verifyUpscaler } from './folder.ts';
import { loadUpscaler } from './network.ts';
import type { LoadedUpscaler } from './network.ts';
import { planTiles } from './tiles.ts';

type UpscaleWork = Extract<Work, { type: 'load-upscaler' | 'upscale' }>;

/** The inference process's upscalers. They are a fraction of a megabyte each, so they are kept apart from the drawing models. */
export function makeUpscaling({ threads, memoryLimitBytes }: ChildSettings) {
  const loaded = new RecentlyUsed<LoadedUpscaler>(memoryLimitBytes, (upscaler) => upscaler.release());

  async function find(folder: string): Promise<LoadedUpscaler> {
    const known = loaded.find(folder);
    if (known) return known;
    const started = performance.now();
    const upscaler = await readUpscalerFolder(folder);
    const made = await loaded.add(folder, upscaler.weightsBytes, async () => {
      await verifyUpscaler(upscaler);
      return loadUpscaler(upscaler, threads);
    });
    notePart('load', started);
    return made;
  }

  return {
    async *run(work: UpscaleWork, signal: AbortSignal): AsyncGenerator<WorkEvent> {
      const upscaler = await find(work.folder);
      if (work.type === 'load-upscaler') return;
      const tiles = planTiles(work.picture.width, work.picture.height, work.scale);
      let done = 0;
      for await (const tile of enlargeTiles(work.picture, upscaler.passes(work.scale), signal, tiles))
        yield { type: 'tile', tile, done: ++done, total: tiles.length };
    },
  };
}
