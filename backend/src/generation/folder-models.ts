import type { ModelInput } from '@rendermart/contract';
import { EngineError } from '@rendermart/engine';
import { Failure, type Tx, changesOf, writeAudit } from '../platform/index.ts';
import type { GenerationDeps } from './deps.ts';
import * as store from './store-models.ts';
import { ensureClocks } from './store-workers.ts';

type FolderDeps = Pick<GenerationDeps, 'database' | 'engines'>;

/** Reading a large folder for the first time takes longer than asking a server. */
const describingMs = 60_000;

/** Ids in use. That of an added model which ended is free: it comes back under it. */
export async function modelIds(deps: Pick<FolderDeps, 'database'>): Promise<ReadonlySet<string>> {
  const rows = await store.listModels(deps.database.read);
  return new Set(rows.filter((row) => row.built_in || row.lifecycle !== 'retired').map((row) => row.id));
}

/**
 * Makes a model of a folder that was put in place: what it can do is read off the folder by its engine. A model with this
 * id that had ended comes back; one that already draws with this folder stays as it is.
 * Throws `engine_unavailable` with the reason when the folder cannot be drawn with, `model_exists` for an id in use.
 */
export async function offerFolderModel(deps: FolderDeps, input: ModelInput, actorId: string): Promise<void> {
  const capabilities = await describeFolder(deps, input);
  await deps.database.tx(async (tx) => {
    await ensureClocks(tx, [input.engine]);
    const before = await store.readModel(tx, input.id);
    if (before?.engine_model === input.engineModel) return;
    await addOrRevive(tx, { ...input, capabilities });
    const changes = changesOf({}, { engine: input.engine, engineModel: input.engineModel });
    await writeAudit(tx, { actorId, act: 'model.added', subject: `model:${input.id}`, name: input.name, changes });
  });
}

async function addOrRevive(tx: Tx, model: store.CompleteModel): Promise<void> {
  if (await store.insertModel(tx, model, false)) return;
  if (!(await store.reviveModel(tx, model))) throw new Failure('model_exists', { field: 'id' });
}

async function describeFolder({ engines }: FolderDeps, { engine, engineModel, options }: ModelInput) {
  const found = engines.get(engine);
  if (!found) throw new Failure('engine_unavailable', { message: `The engine ${engine} is not configured: name it in ENGINES` });
  try {
    return await found.describe({ name: engineModel, options }, AbortSignal.timeout(describingMs));
  } catch (error) {
    if (!EngineError.isInstance(error)) throw error;
    throw new Failure('engine_unavailable', { message: error.message, cause: error });
  }
}

/** Ends a model whose folder goes away, unless it draws with another one. Its generations and pictures stay. Throws `model_is_default`. */
export async function retireFolderModel(
  deps: Pick<FolderDeps, 'database'>,
  { id, folder }: { id: string; folder: string },
  actorId: string,
): Promise<void> {
  await deps.database.tx(async (tx) => {
    const row = await store.readModel(tx, id);
    if (row?.engine_model !== folder || row.lifecycle === 'retired') return;
    if (row.is_default) throw new Failure('model_is_default');
    const patch = { enabled: false, lifecycle: 'retired' } as const;
    await store.updateModel(tx, id, patch);
    const changes = changesOf({ enabled: row.enabled, lifecycle: row.lifecycle }, patch);
    await writeAudit(tx, { actorId, act: 'model.changed', subject: `model:${id}`, name: row.name, changes });
  });
}
