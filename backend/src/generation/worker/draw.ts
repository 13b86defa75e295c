import type { GenerationWarning, Recipe } from '@rendermart/contract';
import { EngineError, type EngineJob, type Picture } from '@rendermart/engine';
import type { OpenedSource } from '../../library/index.ts';
import type { GenerationDeps } from '../deps.ts';
import { seedOf, splitIntoCalls } from '../rules.ts';
import { type SourceWish, openSource } from '../sources.ts';
import type { ClaimedRow } from '../tables.ts';
import type { DrawingEngine } from '../traces.ts';
import { trustIn, watched } from './watched.ts';

type Sources = Pick<GenerationDeps['library'], 'openSource' | 'openMask'>;

export interface DrawnImage {
  /** Counts within the wish. */
  index: number;
  seed: number;
  picture: Picture;
  /** What of it was made by rule, for its recipe. */
  procedural?: readonly string[];
  /** What enlarged it to its size, for its recipe. */
  upscaler?: string;
}

/** What drawing tells while it goes on. `onImage` is awaited before the next event is asked for. */
export interface DrawListener {
  /** What is drawn from was opened; it may be deleted for good meanwhile. */
  onSource(picture: OpenedSource): void;
  onProgress(step: number, steps: number): void;
  onPreview(index: number, picture: Picture): void;
  onWarning(warning: GenerationWarning): void;
  onImage(image: DrawnImage): Promise<void>;
}

/** Draws what is still missing of a wish, in as many calls as its model needs. Every failure is an EngineError, or one of the listener's. */
export async function drawMissing(
  engine: DrawingEngine,
  row: ClaimedRow,
  library: Sources,
  listener: DrawListener,
  stop: AbortSignal,
): Promise<void> {
  const source = await openSource(library, sourceOf(row));
  if (source) listener.onSource(source.picture);
  const trust = trustIn(engine, row.capabilities.cancel);
  const calls = splitIntoCalls(row.count, row.landed, row.capabilities.imagesPerCall);
  for (const [done, indexes] of calls.entries()) {
    const job = jobOf(row, indexes, source);
    const missing = new Set(indexes);
    for await (const event of watched((signal) => engine.generate(job, signal), stop, trust)) {
      if (event.type === 'progress') listener.onProgress(done * event.steps + event.step, calls.length * event.steps);
      else if (event.type === 'preview') listener.onPreview(indexes[event.index]!, event.picture);
      else if (event.type === 'warning') listener.onWarning(event.warning);
      else if (missing.delete(indexes[event.index]!)) await listener.onImage({ ...event, index: indexes[event.index]! });
    }
    stop.throwIfAborted();
    if (missing.size > 0)
      throw new EngineError('engine_failed', `${engine.name} ended without ${missing.size} of ${indexes.length} images`);
  }
}

/** What a claimed wish begins with. An upscaler has no strength, and reads none. */
function sourceOf({ account_id: accountId, source_image_id: imageId, mask_id: maskId, ...row }: ClaimedRow): SourceWish | null {
  if (imageId === null) return null;
  return { accountId, imageId, maskId, denoisingStrength: row.denoising_strength ?? 0 };
}

function jobOf(row: ClaimedRow, indexes: readonly number[], source: EngineJob['source']): EngineJob {
  return {
    model: { name: row.engine_model, options: row.options },
    prompt: row.prompt,
    negativePrompt: row.negative_prompt,
    width: row.width,
    height: row.height,
    steps: row.steps,
    guidanceScale: row.guidance_scale,
    seeds: indexes.map((index) => seedOf(row.seed, index)),
    background: row.background,
    source,
  };
}

/** Everything needed to draw this image again. */
export function recipeOf(
  row: ClaimedRow,
  { seed, procedural = [], upscaler: enlargedBy }: Pick<DrawnImage, 'seed' | 'procedural' | 'upscaler'>,
  warnings: readonly GenerationWarning[],
): Recipe {
  const upscaler = row.scale === null ? enlargedBy : row.model_name;
  return {
    prompt: row.prompt,
    negativePrompt: row.negative_prompt,
    modelId: row.model_id,
    modelName: row.model_name,
    engine: row.engine,
    width: row.width,
    height: row.height,
    steps: row.steps,
    guidanceScale: row.guidance_scale,
    seed,
    background: row.background,
    sourceImageId: row.source_image_id,
    denoisingStrength: row.denoising_strength,
    ...(row.mask_id !== null && { maskId: row.mask_id }),
    ...(procedural.length > 0 && { procedural: [...procedural] }),
    ...(upscaler !== undefined && { upscaler }),
    ...(row.scale !== null && { scale: row.scale }),
    warnings: warnings.map((warning) => warning.message),
  };
}
