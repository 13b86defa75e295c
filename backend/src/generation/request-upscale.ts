import type { UpscaleInput } from '@rendermart/contract';
import { Failure, type Reader } from '../platform/index.ts';
import { factsOf } from './present-model.ts';
import { type RequestDeps, acceptWish, newWish } from './request.ts';
import { refuseModel } from './rules.ts';
import type { NewGeneration } from './store.ts';
import { listModels, readModel } from './store-models.ts';
import type { GenerationView, ModelRow } from './tables.ts';
import { decideUpscale, isUpscaler, learnedFirst } from './upscale-rules.ts';

interface Asked {
  accountId: string;
  key: string;
  imageId: string;
  input: UpscaleInput;
}

/**
 * Queues a larger copy of an image of one's own: a wish like any other, with a price, a place in the queue, progress and an end.
 * The same key with the same body answers the generation of the first time, as it is now.
 */
export function requestUpscale(deps: RequestDeps, { accountId, key, imageId, input }: Asked): Promise<GenerationView> {
  return acceptWish(deps, { accountId, key, body: { upscaleOf: imageId, ...input } }, () =>
    decideWish(deps, accountId, imageId, input),
  );
}

async function decideWish(deps: RequestDeps, accountId: string, imageId: string, input: UpscaleInput): Promise<NewGeneration> {
  const now = deps.clock.now();
  const reader = deps.database.read;
  const [source, model] = await Promise.all([
    deps.library.describeOwn(reader, accountId, imageId),
    chooseUpscaler(reader, input.modelId, now),
  ]);
  if (!source) throw new Failure('not_found');
  if (source.trashed) throw new Failure('image_trashed');
  const decision = decideUpscale(input, factsOf(model), { id: imageId, ...source }, now);
  if (!decision.ok) throw new Failure(decision.code, { field: decision.field, message: decision.message });
  return newWish(deps, accountId, model, decision, input.expectedPriceCredits);
}

/** The upscaler asked for, or the first that is on, a learned one if there is any. */
async function chooseUpscaler(reader: Reader, modelId: string | undefined, now: Date): Promise<ModelRow> {
  if (modelId !== undefined) {
    const model = await readModel(reader, modelId);
    if (!model) throw new Failure('model_unknown', { field: 'modelId' });
    return model;
  }
  const usable = (await listModels(reader)).filter((row) => isUpscaler(row) && refuseModel(factsOf(row), now) === undefined);
  const [first] = learnedFirst(usable);
  if (!first) throw new Failure('no_upscaler');
  return first;
}
