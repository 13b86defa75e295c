import { createHash, randomInt } from 'node:crypto';
import { type ParsedGenerationInput, generationCan, maxSeed } from '@rendermart/contract';
import { Failure, type Reader, type Tx, invariant } from '../platform/index.ts';
import type { GenerationDeps } from './deps.ts';
import { decideSettings, refuseModel, workOf } from './rules.ts';
import * as store from './store.ts';
import { listModels, readModel } from './store-models.ts';
import type { GenerationView, ModelRow } from './tables.ts';
import { factsOf } from './present-model.ts';

const patienceMs = 24 * 3_600_000;

/** What requesting needs beside the rooms below: a person's share of the queue, kept for a moment. */
export interface RequestDeps extends Pick<GenerationDeps, 'database' | 'accounts' | 'library' | 'clock' | 'ids'> {
  weightOf(accountId: string): Promise<number>;
}

/**
 * Remembers the key, validates, records the wish and queues it: all of it commits, or none of it.
 * The same key with the same body answers the generation of the first time, as it is now.
 */
export async function requestGeneration(deps: RequestDeps, asked: { accountId: string; key: string; input: ParsedGenerationInput }): Promise<GenerationView> {
  const { accountId, key, input } = asked;
  const [weight, { maxQueuedPerAccount }] = await Promise.all([deps.weightOf(accountId), deps.accounts.settings()]);
  const bodyHash = hashOf(input);
  return deps.database.tx(async (tx) => {
    const generationId = deps.ids.next();
    const earlier = await store.rememberRequest(tx, { accountId, key, bodyHash, generationId });
    if (earlier === null) return recordWish(deps, tx, { id: generationId, accountId, weight, input, maxQueuedPerAccount });
    if (!earlier.bodyHash.equals(bodyHash)) throw new Failure('idempotency_mismatch', { field: 'Idempotency-Key' });
    return reread(tx, accountId, earlier.generationId);
  });
}

interface Wish {
  id: string;
  accountId: string;
  weight: number;
  input: ParsedGenerationInput;
  maxQueuedPerAccount: number;
}

async function recordWish(deps: RequestDeps, tx: Tx, { id, accountId, weight, input, maxQueuedPerAccount }: Wish): Promise<GenerationView> {
  const now = deps.clock.now();
  const model = await chooseModel(tx, input.modelId, now);
  const decision = decideSettings(input, factsOf(model), randomInt(maxSeed + 1), now);
  if (!decision.ok) throw new Failure(decision.code, { field: decision.field, message: decision.message });
  const { settings, warnings } = decision;
  if (settings.sourceImageId !== null && !(await deps.library.readableSource(tx, accountId, settings.sourceImageId))) {
    throw new Failure('not_found', { field: 'sourceImageId' });
  }
  const { row, waiting } = await store.insertGeneration(tx, {
    id, accountId, weight, settings, warnings,
    engine: model.engine, modelId: model.id, modelName: model.name,
    priceCredits: BigInt(model.price_credits) * BigInt(settings.count),
    work: workOf(settings),
    patienceMs,
  });
  // Counted after the lane was entered: its lock makes the limit exact for requests that arrive together.
  if (waiting > maxQueuedPerAccount) throw new Failure('queue_full');
  return row;
}

/** The model asked for, or the default; when that one is off, the first that draws. */
async function chooseModel(tx: Tx, modelId: string | undefined, now: Date): Promise<ModelRow> {
  if (modelId !== undefined) {
    const model = await readModel(tx, modelId);
    if (!model) throw new Failure('model_unknown', { field: 'modelId' });
    return model;
  }
  const model = (await listModels(tx)).find((row) => refuseModel(factsOf(row), now) === undefined);
  if (!model) throw new Failure('no_model');
  return model;
}

/** Stops a wish: at once when it waits; within one step, by its worker, when it runs. */
export async function cancelGeneration(deps: Pick<RequestDeps, 'database'>, accountId: string, id: string): Promise<GenerationView> {
  await deps.database.tx(async (tx) => {
    const row = await store.lockGeneration(tx, accountId, id);
    if (!row) throw new Failure('not_found');
    if (!generationCan.cancel(row.state)) throw new Failure('generation_not_cancellable');
    if (row.state === 'queued') await store.cancelQueued(tx, row);
    else if (!row.cancel_requested) await store.requestCancel(tx, row);
  });
  return reread(deps.database.read, accountId, id);
}

/** Queues an ended wish again. Its seed stays, so the pictures that already landed fit to those that are still missing. */
export async function retryGeneration(deps: RequestDeps, accountId: string, id: string): Promise<GenerationView> {
  const [weight, { maxQueuedPerAccount }] = await Promise.all([deps.weightOf(accountId), deps.accounts.settings()]);
  await deps.database.tx(async (tx) => {
    const row = await store.lockGeneration(tx, accountId, id);
    if (!row) throw new Failure('not_found');
    if (!generationCan.retry(row.state)) throw new Failure('generation_not_retryable');
    const refusal = refuseModel(factsOf((await readModel(tx, row.model_id))!), deps.clock.now());
    if (refusal) throw new Failure('model_unknown', { field: 'modelId', message: refusal.message });
    await store.requeueEnded(tx, row, { weight, patienceMs });
    if ((await store.countWaiting(tx, accountId)) > maxQueuedPerAccount) throw new Failure('queue_full');
  });
  return reread(deps.database.read, accountId, id);
}

async function reread(reader: Reader, accountId: string, id: string): Promise<GenerationView> {
  const row = await store.readGeneration(reader, accountId, id);
  invariant(row, 'a generation that was just written can be read');
  return row;
}

/** The same for bodies that mean the same: fields in alphabetical order, defaults filled in. */
export function hashOf(input: ParsedGenerationInput): Buffer {
  const entries = Object.entries(input).filter(([, value]) => value !== undefined).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest();
}
