import type { ImageEngine } from '@rendermart/engine';
import type { GenerationDeps } from '../deps.ts';
import { listModels } from '../store-models.ts';

/** Loads the model that people draw with unless they choose another, so that nobody's first picture waits for it. Never throws. */
export async function warmUpDefault(
  { database, log }: Pick<GenerationDeps, 'database' | 'log'>,
  engines: ReadonlyMap<string, ImageEngine>,
  signal: AbortSignal,
): Promise<void> {
  try {
    const model = (await listModels(database.read)).find((row) => row.is_default && row.enabled);
    if (!model) return;
    const startedAt = performance.now();
    const engine = engines.get(model.engine);
    if (engine?.warmUp === undefined) return;
    await engine.warmUp({ name: model.engine_model, options: model.options }, signal);
    log.info({ model: model.id, ms: Math.round(performance.now() - startedAt) }, 'the default model is loaded');
  } catch (error) {
    // Its first picture will load it, or say to its owner why it cannot be.
    if (!signal.aborted) log.warn({ error }, 'the default model could not be loaded in advance');
  }
}
