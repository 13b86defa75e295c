import type { ImageEngine } from '@rendermart/engine';
import { EngineError } from '@rendermart/engine';
import type { GenerationDeps } from '../deps.ts';
import { patienceMs, pickUpMs } from '../live-rules.ts';
import { openSource } from '../sources.ts';
import { type LiveEnd, type LiveJob, type LiveWish, claimLive, endLive } from '../store-live.ts';
import { trustIn, watched } from './watched.ts';

/** Draws for people who type, one drawing at a time, in a worker that has nothing else to do. */
export interface LiveDrawer {
  /** Something may be waiting, or there may be time for it now. */
  look(): void;
  /** A generation begins: what is being drawn stops within a step, and its asker is told. */
  giveWay(): void;
  /** Resolves when nothing is being drawn. */
  settled(): Promise<void>;
}

export function makeLiveDrawer(
  { database, library, log }: Pick<GenerationDeps, 'database' | 'library' | 'log'>,
  engines: ReadonlyMap<string, ImageEngine>,
  isFree: () => boolean,
): LiveDrawer {
  let drawing: Promise<void> | undefined;
  let current: AbortController | undefined;
  let again = false;

  async function draw(wish: LiveWish): Promise<void> {
    current = new AbortController();
    const stop = AbortSignal.any([current.signal, AbortSignal.timeout(patienceMs)]);
    // A generation may have begun while this was claimed.
    const end = isFree()
      ? await drawOne(library, engines.get(wish.engine)!, wish.job, stop).catch(endOf)
      : { outcome: 'busy' as const };
    if (end.outcome === 'failed') log.warn({ engine: wish.engine }, 'a live drawing failed');
    await endLive(database.read, wish.id, end);
  }

  async function drawOn(): Promise<void> {
    try {
      for (again = true; again;) {
        again = false;
        const wish = await (isFree() ? claimLive(database.read, { engines: [...engines.keys()], freshMs: pickUpMs }) : undefined);
        if (wish === undefined) continue;
        await draw(wish);
        again = true;
      }
    } catch (error) {
      log.warn({ error }, 'a live drawing was dropped');
    } finally {
      drawing = undefined;
    }
  }

  return {
    look() {
      again = true;
      drawing ??= drawOn();
    },
    giveWay: () => current?.abort(),
    settled: async () => drawing,
  };
}

async function drawOne(
  library: GenerationDeps['library'],
  engine: ImageEngine,
  job: LiveJob,
  stop: AbortSignal,
): Promise<LiveEnd> {
  const source = await openSource(library, job.source);
  for await (const event of watched((signal) => engine.generate({ ...job, source }, signal), stop, trustIn(engine)))
    if (event.type === 'image') return { outcome: 'drawn', picture: event.picture };
  throw new EngineError('engine_failed', `${engine.name} ended without an image`);
}

/** Stopped for a generation, or too slow today: there is nothing to tell but that there was no time. */
const endOf = (error: unknown): LiveEnd => ({
  outcome: EngineError.isInstance(error) && error.kind === 'cancelled' ? 'busy' : 'failed',
});
