import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { EngineError, type ImageEngine } from '@rendermart/engine';
import type { ModelInput } from '@rendermart/contract';
import type { Log } from '../platform/index.ts';

/** The models that a fresh installation has: every folder of the models directory, and a hosted one when its server is configured. */
export async function builtInModels(
  engines: ReadonlyMap<string, ImageEngine>,
  modelsDir: string,
  log: Pick<Log, 'warn'>,
): Promise<ModelInput[]> {
  const models: ModelInput[] = [];
  if (engines.has('local')) models.push(...(await localModels(modelsDir)));
  if (engines.has('openai')) models.push({ ...hosted, engine: 'openai', engineModel: 'gpt-image-2' });
  if (engines.has('fake')) models.push({ ...simulated, engine: 'fake', engineModel: 'fake' });
  const described = await Promise.all(models.map((model) => describedModel(engines, model, log)));
  return described.filter((model) => model !== undefined);
}

const row = { description: '', options: {}, priceCredits: '0', enabled: true };
const hosted = {
  ...row,
  id: 'gpt-image-2',
  name: 'GPT Image 2',
  description: 'A hosted model: prompts leave this installation.',
  enabled: false,
};
const simulated = {
  ...row,
  id: 'fake',
  name: 'Test pattern (simulated)',
  description: 'Draws no pictures: colour fields for tests.',
};

/** Files that tell a model folder of the local engine: our own format, and the layout of diffusers. */
const markers = ['manifest.json', 'model_index.json'];

async function localModels(modelsDir: string): Promise<ModelInput[]> {
  const folders = (await readdir(modelsDir, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  const found = folders.sort().filter((folder) => markers.some((marker) => existsSync(join(modelsDir, folder, marker))));
  return Promise.all(
    found.map(async (folder) => ({
      ...row,
      id: folder.toLowerCase(),
      ...(await namesOf(join(modelsDir, folder))),
      engine: 'local',
      engineModel: folder,
    })),
  );
}

/** A manifest names its model; other folders are called as they are. */
async function namesOf(folder: string): Promise<{ name: string; description: string }> {
  const path = join(folder, 'manifest.json');
  if (!existsSync(path)) return { name: basename(folder), description: '' };
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { name: string; description?: string };
  return { name: manifest.name, description: manifest.description ?? '' };
}

/** A folder that cannot be used is somebody's half-finished copy or a model of a kind that nobody draws: the others still serve. */
async function describedModel(
  engines: ReadonlyMap<string, ImageEngine>,
  model: ModelInput,
  log: Pick<Log, 'warn'>,
): Promise<ModelInput | undefined> {
  const named = { name: model.engineModel, options: model.options };
  try {
    const capabilities = await engines.get(model.engine)!.describe(named, AbortSignal.timeout(10_000));
    return { ...model, capabilities };
  } catch (error) {
    if (!EngineError.isInstance(error)) throw error;
    log.warn({ error: error.message, model: model.id }, 'this model cannot be used and is left out');
    return undefined;
  }
}
