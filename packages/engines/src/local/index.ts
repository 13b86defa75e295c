import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { openDiffusion } from '@rendermart/diffusion';
import type { ModelWords } from '@rendermart/diffusion';
import { EngineError, engineSpecVersion } from '@rendermart/engine';
import type { EngineModel, ImageEngine } from '@rendermart/engine';
import { z } from 'zod';
import { parseConfiguration } from '../configuration.ts';
import { capabilitiesOf } from './capabilities.ts';
import { draw } from './draw.ts';
import { toEngineError } from './failure.ts';
import { makeModelShelf } from './models.ts';
import { readWithRules } from './prompt.ts';
import { enlargeSource } from './upscale.ts';

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

const LocalConfiguration = z.strictObject({
  modelsFolder: z.string().min(1).refine(isFolder, 'this folder does not exist'),
  /** Models that come and go while the program runs; it need not exist yet. */
  addedModelsFolder: z.string().min(1).optional(),
  threads: z.int().min(1).max(256).optional(),
  memoryLimitBytes: z.int().min(1).optional(),
});
const variables = {
  modelsFolder: 'MODELS_DIR',
  addedModelsFolder: 'ADDED_MODELS_DIR',
  threads: 'ENGINE_THREADS',
  memoryLimitBytes: 'ENGINE_MEMORY_BYTES',
};

/**
 * The engine of this machine: draws with the model folders of a directory, each named by its folder, in a process of
 * its own. Nothing leaves the machine. It knows nothing of any one model: the files beside the weights say all.
 * @param configuration `{ modelsFolder, addedModelsFolder?, threads?, memoryLimitBytes? }`
 */
export function openLocalEngine(configuration: unknown): ImageEngine {
  const { modelsFolder, addedModelsFolder, threads, memoryLimitBytes } = parseConfiguration(
    LocalConfiguration,
    configuration,
    variables,
  );
  const diffusion = openDiffusion({ ...(threads && { threads }), ...(memoryLimitBytes && { memoryLimitBytes }) });
  const find = makeModelShelf([modelsFolder, ...(addedModelsFolder === undefined ? [] : [addedModelsFolder])]);
  const findWords = async (wanted: EngineModel): Promise<ModelWords> => {
    const shelved = await find(wanted);
    if (shelved.kind === 'model' && shelved.model.words) return shelved.model.words;
    throw new EngineError('misconfigured', `${wanted.name} has no closed vocabulary: it takes any text, or none`);
  };
  return {
    name: 'local',
    specVersion: engineSpecVersion,
    keepsTime: true,
    describe: async (model) => capabilitiesOf(await find(model)),
    async *generate(job, signal) {
      try {
        const shelved = await find(job.model);
        if (shelved.kind === 'model') yield* draw(diffusion, shelved, job, signal);
        else yield* enlargeSource(diffusion, shelved.upscaler, job, signal);
      } catch (error) {
        throw toEngineError(error);
      }
    },
    async warmUp(model, signal) {
      try {
        const shelved = await find(model);
        if (shelved.kind === 'model') await diffusion.load(shelved.model.folder, { signal });
        else await diffusion.loadUpscaler(shelved.upscaler.folder, { signal });
      } catch (error) {
        throw toEngineError(error);
      }
    },
    loaded: () => diffusion.loaded.map(({ folder, provider, precision }) => ({ model: basename(folder), provider, precision })),
    readPrompt: async (model, prompt) => readWithRules(await findWords(model), prompt),
    suggest: async (model, prefix, locale) => (await findWords(model)).suggest(prefix, locale),
    close: () => diffusion.close(),
  };
}
