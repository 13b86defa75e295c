import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isUpscalerFolder, readModelFolder, readUpscalerFolder, schedulerNames } from '@rendermart/diffusion';
import type { Model, Upscaler } from '@rendermart/diffusion';
import { EngineError } from '@rendermart/engine';
import type { EngineModel } from '@rendermart/engine';
import { z } from 'zod';
import { parseOptions } from '../configuration.ts';
import { toEngineError } from './failure.ts';

/** How a folder is drawn with where that is not what its maker chose: one folder serves several models of the studio. */
const LocalOptions = z.strictObject({ clipSkip: z.int().min(0).optional(), scheduler: z.enum(schedulerNames).optional() });
type LocalOptions = z.infer<typeof LocalOptions>;

/** What a folder of the models directory holds: something that draws, or something that enlarges. */
export type Shelved = { kind: 'model'; model: Model; upscaler: Upscaler | undefined } | { kind: 'upscaler'; upscaler: Upscaler };

function refuse(option: string, can: string): never {
  throw new EngineError('misconfigured', `options.${option}: ${can}`);
}

/** The options of a model, checked against what its folder can. Throws `misconfigured` with what it can. */
export function optionsOf({ options }: EngineModel, shelved: Shelved): LocalOptions {
  const parsed = parseOptions(LocalOptions, options);
  const { clipSkip, scheduler } = parsed;
  if (shelved.kind === 'upscaler') return Object.keys(parsed).length > 0 ? refuse('', 'an upscaler has none') : parsed;
  const { clipSkip: range, schedulers, notes } = shelved.model.description;
  if (scheduler !== undefined && !schedulers.includes(scheduler))
    refuse('scheduler', schedulers.length > 0 ? `one of ${schedulers.join(', ')}` : 'this model has no choice');
  if (clipSkip === undefined) return parsed;
  if (range === null) refuse('clipSkip', notes.find((note) => note.startsWith('Clip skip')) ?? 'this model has no such setting');
  if (clipSkip > range.max) refuse('clipSkip', `at most ${range.max} for this model`);
  return parsed;
}

async function findFolder(directories: readonly string[], name: string): Promise<string | undefined> {
  for (const directory of directories) {
    const folder = join(directory, name);
    if ((await stat(folder).catch(() => undefined))?.isDirectory()) return folder;
  }
  return undefined;
}

/**
 * Reads the folders of models directories, each once; of two with one name the first counts. A folder that could not be
 * read is tried again next time.
 */
export function makeModelShelf(directories: readonly string[]) {
  const read = new Map<string, Promise<Shelved>>();

  async function readFolder(name: string): Promise<Shelved> {
    const folder = await findFolder(directories, name);
    if (folder === undefined) throw new EngineError('model_retired', `There is no model ${name} in ${directories.join(' or ')}`);
    try {
      if (await isUpscalerFolder(folder)) return { kind: 'upscaler', upscaler: await readUpscalerFolder(folder) };
      const model = await readModelFolder(folder);
      return { kind: 'model', model, upscaler: await upscalerOf(model) };
    } catch (error) {
      throw toEngineError(error);
    }
  }

  /** What enlarges a model's pictures, as its manifest names it: another folder of the shelf. */
  async function upscalerOf({ description }: Model): Promise<Upscaler | undefined> {
    if (description.upscaler === undefined) return undefined;
    const folder = await findFolder(directories, description.upscaler);
    if (folder !== undefined) return readUpscalerFolder(folder);
    throw new EngineError(
      'misconfigured',
      `${description.id} wants the upscaler ${description.upscaler}, which is not in ${directories.join(' or ')}`,
    );
  }

  return async function find(wanted: EngineModel): Promise<Shelved> {
    const { name } = wanted;
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
      throw new EngineError('misconfigured', `${JSON.stringify(name)} is not the name of a folder`);
    const known = read.get(name) ?? readFolder(name);
    read.set(name, known);
    known.catch(() => read.delete(name));
    optionsOf(wanted, await known);
    return known;
  };
}
