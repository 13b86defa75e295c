import type { Generation, GenerationFailureCode, Image } from '@rendermart/contract';
import type { Reader } from '../platform/index.ts';
import type { GenerationDeps } from './deps.ts';
import { failureTexts } from './ending-rules.ts';
import type { Queue, QueuePlace } from './queue.ts';
import type { GenerationView } from './tables.ts';

/** Shows rows of one account to that account, in the order of `rows`. */
export type PresentGenerations = (reader: Reader, accountId: string, rows: readonly GenerationView[]) => Promise<Generation[]>;

export function makePresenter(library: Pick<GenerationDeps['library'], 'imagesOfGenerations'>, queue: Queue): PresentGenerations {
  return async (reader, accountId, rows) => {
    const withImages = rows.filter((row) => row.landed.length > 0).map((row) => row.id);
    const [images, places] = await Promise.all([
      withImages.length === 0 ? new Map<string, Image[]>() : library.imagesOfGenerations(reader, withImages, { accountId }),
      queue.placesOf(reader, rows),
    ]);
    return rows.map((row) => presentGeneration(row, images.get(row.id) ?? [], places.get(row.id) ?? null));
  };
}

export function presentGeneration(row: GenerationView, images: Image[], queue: QueuePlace | null): Generation {
  return {
    id: row.id,
    sequence: String(row.sequence),
    state: row.state,
    prompt: row.prompt,
    negativePrompt: row.negative_prompt,
    modelId: row.model_id,
    modelName: row.model_name,
    width: row.width,
    height: row.height,
    steps: row.steps,
    guidanceScale: row.guidance_scale,
    seed: row.seed,
    count: row.count,
    background: row.background,
    sourceImageId: row.source_image_id,
    denoisingStrength: row.denoising_strength,
    maskId: row.mask_id,
    scale: row.scale,
    priceCredits: String(row.price_credits),
    warnings: row.warnings,
    failure: failureOf(row),
    cancelRequested: row.cancel_requested,
    attempts: row.attempts,
    progress:
      row.progress_step === null || row.progress_steps === null ? null : { step: row.progress_step, steps: row.progress_steps },
    queue,
    images,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

function failureOf(row: GenerationView): { code: GenerationFailureCode; message: string } | null {
  const code = row.state === 'expired' ? 'expired' : row.failure_code;
  return code === null ? null : { code, message: failureTexts[code] };
}
