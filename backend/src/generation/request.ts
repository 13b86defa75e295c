import { createHash, randomInt } from 'node:crypto';
import { type GenerationWarning, type ParsedGenerationInput, generationCan, maxSeed } from '@rendermart/contract';
import { Failure, type Reader, type Tx, invariant } from '../platform/index.ts';
import type { GenerationDeps } from './deps.ts';
import { type Settings, decideSettings, refuseModel, refusePrice, workOf } from './rules.ts';
import { holdPrice, settlePrice } from './payment.ts';
import * as store from './store.ts';
import { listModels, readModel } from './store-models.ts';
import type { GenerationRow, GenerationView, ModelRow } from './tables.ts';
import { factsOf } from './present-model.ts';
import { assertReadable } from './sources.ts';
import { isUpscaler } from './upscale-rules.ts';
import { rememberTrace } from './traces.ts';

const patienceMs = 24 * 3_600_000;

/** What requesting needs beside the rooms below: a person's share of the queue, kept for a moment. */
export interface RequestDeps extends Pick<GenerationDeps, 'database' | 'accounts' | 'library' | 'charges' | 'clock' | 'ids'> {
  weightOf(accountId: string): Promise<number>;
}

interface Asked {
  accountId: string;
  key: string;
  input: ParsedGenerationInput;
}

/**
 * Validates, remembers the key, records the wish and queues it: all of it commits, or none of it.
 * The same key with the same body answers the generation of the first time, as it is now.
 */
export function requestGeneration(deps: RequestDeps, { accountId, key, input }: Asked): Promise<GenerationView> {
  return acceptWish(deps, { accountId, key, body: input }, () => decideWish(deps, accountId, input));
}

/** The same for any kind of wish: `body` is what must be equal under an equal key, `decide` what will be made or the refusal. */
export async function acceptWish(
  deps: RequestDeps,
  { accountId, key, body }: { accountId: string; key: string; body: object },
  decide: () => Promise<store.NewGeneration>,
): Promise<GenerationView> {
  const [weight, settings] = await Promise.all([deps.weightOf(accountId), deps.accounts.settings()]);
  // The price that was shown is a condition of accepting a wish and no part of it: whoever repeats a wish whose answer was lost may have
  // been shown another one meanwhile.
  const bodyHash = hashOf({ ...body, expectedPriceCredits: undefined });
  const wish = await decide().catch(async (refusal: unknown) => {
    // What was accepted once is answered again, even if it would be refused today: the model may have been switched off meanwhile.
    const earlier = await store.findRequest(deps.database.read, accountId, key);
    if (earlier?.bodyHash.equals(bodyHash)) return earlier.generationId;
    throw refusal;
  });
  if (typeof wish === 'string') return reread(deps.database.read, accountId, wish);
  await rememberTrace(deps.database.read, wish);
  const asker = deps.accounts.activePerson(accountId);
  const accepted = await accept(deps, { asker, key, bodyHash, weight, maxWaiting: settings.maxQueuedPerAccount }, wish);
  if (accepted.outcome === 'queued') return accepted.row;
  if (accepted.outcome === 'mismatch') throw new Failure('idempotency_mismatch', { field: 'Idempotency-Key' });
  return reread(deps.database.read, accountId, accepted.earlierId);
}

/** A free wish is accepted in one statement; the price of another is set aside in the same transaction. */
function accept(deps: RequestDeps, request: store.NewRequest, wish: store.NewGeneration): Promise<store.Accepted> {
  if (wish.priceCredits === 0n) return store.acceptRequest(deps.database.read, request, wish);
  return deps.database.tx(async (tx) => {
    const accepted = await store.acceptRequest(tx, request, wish);
    if (accepted.outcome === 'queued') await holdPrice(deps.charges, deps.ids, tx, accepted.row);
    return accepted;
  });
}

/** What will be drawn, or the refusal that says why not. */
async function decideWish(deps: RequestDeps, accountId: string, input: ParsedGenerationInput): Promise<store.NewGeneration> {
  const now = deps.clock.now();
  const reader = deps.database.read;
  const model = await chooseModel(reader, input.modelId, now);
  const decision = decideSettings(input, factsOf(model), randomInt(maxSeed + 1), now);
  if (!decision.ok) throw new Failure(decision.code, { field: decision.field, message: decision.message });
  await assertReadable(deps, accountId, decision.settings);
  return newWish(deps, accountId, model, decision, input.expectedPriceCredits);
}

/** A wish as it is written down: what was decided, by which model, at which price. Fails with `price_moved` when that is not what was expected. */
export function newWish(
  deps: Pick<RequestDeps, 'ids'>,
  accountId: string,
  model: ModelRow,
  { settings, warnings }: { settings: Settings; warnings: GenerationWarning[] },
  expectedPriceCredits: string | undefined,
): store.NewGeneration {
  const priceCredits = BigInt(model.price_credits) * BigInt(settings.count);
  const refusal = refusePrice(priceCredits, expectedPriceCredits);
  if (refusal) throw new Failure(refusal.code, { field: refusal.field, message: refusal.message });
  return {
    id: deps.ids.next(),
    accountId,
    settings,
    warnings,
    patienceMs,
    engine: model.engine,
    modelId: model.id,
    modelName: model.name,
    priceCredits,
    work: workOf(settings),
  };
}

/** The model asked for, or the default; when that one is off, the first that draws. */
async function chooseModel(reader: Reader, modelId: string | undefined, now: Date): Promise<ModelRow> {
  if (modelId !== undefined) {
    const model = await readModel(reader, modelId);
    if (!model) throw new Failure('model_unknown', { field: 'modelId' });
    return model;
  }
  const usable = (row: ModelRow) => !isUpscaler(row) && refuseModel(factsOf(row), now) === undefined;
  const model = (await listModels(reader)).find(usable);
  if (!model) throw new Failure('no_model');
  return model;
}

/** Stops a wish: at once when it waits; within one step, by its worker, when it runs. */
export async function cancelGeneration(
  deps: Pick<RequestDeps, 'database' | 'charges'>,
  accountId: string,
  id: string,
): Promise<GenerationView> {
  await deps.database.tx(async (tx) => {
    const row = await store.lockGeneration(tx, accountId, id);
    if (!row) throw new Failure('not_found');
    if (!generationCan.cancel(row.state)) throw new Failure('generation_not_cancellable');
    if (row.state === 'queued') await endQueued(deps, tx, row);
    else if (!row.cancel_requested) await store.requestCancel(tx, row);
  });
  return reread(deps.database.read, accountId, id);
}

async function endQueued({ charges }: Pick<RequestDeps, 'charges'>, tx: Tx, row: GenerationRow): Promise<void> {
  await store.cancelQueued(tx, row);
  await settlePrice(charges, tx, { ...row, delivered: row.landed.length });
}

/** Queues an ended wish again, at the price that it was asked for at. Its seed stays, so the pictures that already landed fit to those that are still missing. */
export async function retryGeneration(deps: RequestDeps, accountId: string, id: string): Promise<GenerationView> {
  const [weight, { maxQueuedPerAccount }] = await Promise.all([deps.weightOf(accountId), deps.accounts.settings()]);
  await deps.database.tx(async (tx) => {
    await deps.accounts.requireActive(tx, accountId);
    const row = await store.lockGeneration(tx, accountId, id);
    if (!row) throw new Failure('not_found');
    if (!generationCan.retry(row.state)) throw new Failure('generation_not_retryable');
    const refusal = refuseModel(factsOf((await readModel(tx, row.model_id))!), deps.clock.now());
    if (refusal) throw new Failure('model_unknown', { field: 'modelId', message: refusal.message });
    await store.requeueEnded(tx, row, { weight, patienceMs });
    if ((await store.countWaiting(tx, accountId)) > maxQueuedPerAccount) throw new Failure('queue_full');
    await holdPrice(deps.charges, deps.ids, tx, row);
  });
  return reread(deps.database.read, accountId, id);
}

async function reread(reader: Reader, accountId: string, id: string): Promise<GenerationView> {
  const row = await store.readGeneration(reader, accountId, id);
  invariant(row, 'a generation that was just written can be read');
  return row;
}

/** The same for bodies that mean the same: fields in alphabetical order, defaults filled in. */
export function hashOf(input: object): Buffer {
  const entries = Object.entries(input)
    .filter(([, value]) => value !== undefined)
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest();
}
