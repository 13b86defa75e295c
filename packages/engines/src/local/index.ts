import { statSync } from 'node:fs';
import { openDiffusion } from '@rendermart/diffusion';
import type { Diffusion, DiffusionRequest, Model } from '@rendermart/diffusion';
import { EngineError, engineSpecVersion } from '@rendermart/engine';
import type { EngineEvent, EngineJob, EngineModel, ImageEngine } from '@rendermart/engine';
import { z } from 'zod';
import { parseConfiguration } from '../configuration.ts';
import { unsupportedWarnings } from '../warnings.ts';
import { capabilitiesOf } from './capabilities.ts';
import { drawPlans } from './composing/index.ts';
import { toEngineError } from './failure.ts';
import { makeModelShelf } from './models.ts';
import type { Shelved } from './models.ts';
import { decodeSource } from './pictures.ts';
import { interpretPrompt, readWithRules } from './prompt.ts';
import { enlargeDrawn, enlargeSource } from './upscale.ts';

type Drawer = Extract<Shelved, { kind: 'model' }>;

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

async function requestOf(drawer: Drawer, job: EngineJob): Promise<Omit<DiffusionRequest, 'pictures'>> {
  const { capabilities, picture } = drawer.model.manifest;
  const source = capabilities.imageToImage ? job.source : null;
  return {
    ...(capabilities.negativePrompt && { negativePrompt: job.negativePrompt }),
    ...(job.steps !== null && { steps: job.steps }),
    ...(job.guidanceScale !== null && capabilitiesOf(drawer).guidanceScale && { guidanceScale: job.guidanceScale }),
    ...(source && { source: { picture: await decodeSource(source.picture, picture), strength: source.denoisingStrength } }),
    previews: true,
  };
}

async function* draw(diffusion: Diffusion, drawer: Drawer, job: EngineJob, signal: AbortSignal): AsyncGenerator<EngineEvent> {
  const { model, upscaler } = drawer;
  const { plans, warnings } = interpretPrompt(model, job);
  for (const warning of [...unsupportedWarnings(job, capabilitiesOf(drawer)), ...warnings]) yield { type: 'warning', warning };
  const request = await requestOf(drawer, job);
  const events = drawPlans({
    job,
    plans,
    own: model.manifest.picture,
    maxBatch: model.manifest.capabilities.maxBatch,
    generate: (pictures) => diffusion.generate(model, { ...request, pictures }, { signal }),
    enlarge: async (drawn) => (upscaler ? enlargeDrawn(diffusion, upscaler, drawn, job, signal) : { picture: drawn }),
  });
  for await (const event of events) {
    if (signal.aborted) throw new EngineError('cancelled', 'The job was cancelled');
    yield event;
  }
}

/**
 * The engine of this machine: draws with the model folders of a directory, each named by its folder, in a process of
 * its own. Nothing leaves the machine. It knows nothing of any one model: `manifest.json` beside the weights says all.
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
  const findVocabulary = async (wanted: EngineModel): Promise<Model> => {
    const shelved = await find(wanted);
    if (shelved.kind === 'model') return shelved.model;
    throw new EngineError('misconfigured', `${wanted.name} enlarges images; it reads no prompt`);
  };
  return {
    name: 'local',
    specVersion: engineSpecVersion,
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
    readPrompt: async (model, prompt) => readWithRules(await findVocabulary(model), prompt),
    suggest: async (model, prefix, locale) => (await findVocabulary(model)).suggest(prefix, locale),
    close: () => diffusion.close(),
  };
}
