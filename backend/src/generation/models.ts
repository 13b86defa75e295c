import type { AdminModel, Capabilities, Model, ModelInput, ModelPatch } from '@rendermart/contract';
import { EngineError, type ImageEngine } from '@rendermart/engine';
import { type Actor, Failure, type Reader, changesOf, writeAudit } from '../platform/index.ts';
import type { GenerationDeps } from './deps.ts';
import { factsOf, presentAdminModel, presentModel } from './present-model.ts';
import { isOffered } from './rules.ts';
import { isUpscaler, learnedFirst } from './upscale-rules.ts';
import * as store from './store-models.ts';
import { readModelQueues } from './store-queue.ts';
import { ensureClocks } from './store-workers.ts';
import type { ModelRow } from './tables.ts';

export type ModelDeps = Pick<GenerationDeps, 'database' | 'engines' | 'clock' | 'log' | 'accounts'>;

const askingTimeoutMs = 10_000;

/** Writes the built-in models of a fresh installation, the first as the default. Later starts only refresh what their engines can do. */
export async function ensureModels(deps: Pick<ModelDeps, 'database'>, models: readonly ModelInput[]): Promise<void> {
  await deps.database.tx(async (tx) => {
    await ensureClocks(tx, [...new Set(models.map((model) => model.engine))].sort());
    for (const model of models) {
      if (model.capabilities === undefined) continue;
      const fresh = await store.insertModel(tx, { ...model, capabilities: model.capabilities }, true);
      if (!fresh) await store.refreshBuiltIn(tx, model.id, model.capabilities);
    }
    const first = models.find((model) => model.enabled && model.capabilities?.upscale === undefined);
    if (first) await store.ensureDefault(tx, first.id);
  });
}

/** The models that draw today, the default first. */
export async function listOfferedModels(deps: ModelDeps): Promise<Model[]> {
  return presentAll(
    deps,
    (await listUsable(deps)).filter((row) => !isUpscaler(row)),
  );
}

/** The models that enlarge images today. */
export async function listUpscalers(deps: ModelDeps): Promise<Model[]> {
  return presentAll(deps, learnedFirst((await listUsable(deps)).filter(isUpscaler)));
}

async function presentAll({ accounts }: ModelDeps, rows: readonly ModelRow[]): Promise<Model[]> {
  const { liveDrawing } = await accounts.settings();
  return rows.map((row) => presentModel(row, liveDrawing));
}

async function listUsable(deps: ModelDeps): Promise<ModelRow[]> {
  const rows = await store.listModels(deps.database.read);
  const now = deps.clock.now();
  return rows.filter((row) => isOffered(factsOf(row), now));
}

export async function listAllModels(deps: ModelDeps): Promise<{ items: AdminModel[]; engines: string[] }> {
  const { database, accounts, engines } = deps;
  const [rows, queues, { liveDrawing }] = await Promise.all([
    store.listModels(database.read),
    readModelQueues(database.read),
    accounts.settings(),
  ]);
  const queueOf = new Map(queues.map((queue) => [queue.modelId, queue]));
  const items = rows.map((row) => presentAdminModel(row, queueOf.get(row.id) ?? nobody, liveDrawing));
  return { items, engines: [...engines.keys()] };
}

const nobody = { queued: 0, running: 0 };

/** Adds a model. What it can do is asked of its engine unless the administrator says it. */
export async function addModel(deps: ModelDeps, actor: Actor, input: ModelInput): Promise<AdminModel> {
  const engine = deps.engines.get(input.engine);
  if (!engine) throw new Failure('engine_unknown', { field: 'engine' });
  const capabilities = input.capabilities ?? (await askCapabilities(engine, input));
  await deps.database.tx(async (tx) => {
    await ensureClocks(tx, [input.engine]);
    if (!(await store.insertModel(tx, { ...input, capabilities }, false))) throw new Failure('model_exists', { field: 'id' });
    const { name, engine, enabled, priceCredits } = input;
    const changes = changesOf({}, { engine, enabled, priceCredits });
    await writeAudit(tx, { actorId: actor.accountId, act: 'model.added', subject: `model:${input.id}`, name, changes });
  });
  return readAdminModel(deps, input.id);
}

/** Changes some fields of a model. A successor must exist. */
export async function changeModel(deps: ModelDeps, actor: Actor, id: string, patch: ModelPatch): Promise<AdminModel> {
  await deps.database.tx(async (tx) => {
    const row = await store.readModel(tx, id);
    if (!row) throw new Failure('not_found');
    if (typeof patch.successorId === 'string') await refuseSuccessor(tx, id, patch.successorId);
    await store.updateModel(tx, id, patch);
    if (patch.isDefault) await store.makeDefault(tx, id);
    const changes = changesOf(presentAdminModel(row, nobody, true), patch);
    const note = { actorId: actor.accountId, act: 'model.changed', subject: `model:${id}`, name: row.name } as const;
    if (changes.length > 0) await writeAudit(tx, { ...note, changes });
  });
  return readAdminModel(deps, id);
}

async function refuseSuccessor(reader: Reader, id: string, successorId: string): Promise<void> {
  const message = 'The successor must be another model of this installation. Nothing was changed.';
  if (successorId === id || !(await store.readModel(reader, successorId)))
    throw new Failure('model_unknown', { field: 'successorId', message });
}

async function readAdminModel(deps: ModelDeps, id: string): Promise<AdminModel> {
  const { items } = await listAllModels(deps);
  return items.find((model) => model.id === id)!;
}

async function askCapabilities(engine: ImageEngine, input: ModelInput): Promise<Capabilities> {
  try {
    return await engine.describe({ name: input.engineModel, options: input.options }, AbortSignal.timeout(askingTimeoutMs));
  } catch (error) {
    if (!EngineError.isInstance(error)) throw error;
    // Administrators are operators: the engine's own words are for them.
    throw new Failure('engine_unavailable', {
      message: `The engine does not answer as it should: ${error.message}`,
      cause: error,
    });
  }
}

/** Words that a model knows and that begin with `prefix`; none when its vocabulary is open. */
export async function suggestWords(deps: ModelDeps, modelId: string, prefix: string, locale: string): Promise<string[]> {
  const { row, engine } = await findVocabulary(deps, modelId);
  if (!row.capabilities.vocabulary || !engine.suggest) return [];
  return asking(() => engine.suggest!({ name: row.engine_model, options: row.options }, prefix, locale));
}

/** A model that is offered, and who knows its words. Throws `not_found` for any other. */
export async function findVocabulary(deps: ModelDeps, modelId: string): Promise<{ row: ModelRow; engine: ImageEngine }> {
  const row = await store.readModel(deps.database.read, modelId);
  if (!row || !isOffered(factsOf(row), deps.clock.now())) throw new Failure('not_found');
  const engine = deps.engines.get(row.engine);
  if (!engine) throw new Failure('engine_unavailable');
  return { row, engine };
}

/** What an engine says about a question, in the contract's words. */
export async function asking<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (!EngineError.isInstance(error)) throw error;
    throw new Failure('engine_unavailable', { cause: error });
  }
}
