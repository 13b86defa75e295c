import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readModelFolder } from '@rendermart/diffusion';
import type { Model } from '@rendermart/diffusion';
import { EngineError } from '@rendermart/engine';
import type { EngineModel } from '@rendermart/engine';
import { z } from 'zod';
import { parseOptions } from '../configuration.ts';
import { toEngineError } from './failure.ts';

/** Everything that a local model can be told is in its manifest. */
const LocalOptions = z.strictObject({});

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
  const read = new Map<string, Promise<Model>>();

  async function readFolder(name: string): Promise<Model> {
    const folder = await findFolder(directories, name);
    if (folder === undefined) throw new EngineError('model_retired', `There is no model ${name} in ${directories.join(' or ')}`);
    return readModelFolder(folder).catch((error: unknown) => {
      throw toEngineError(error);
    });
  }

  return async function findModel({ name, options }: EngineModel): Promise<Model> {
    parseOptions(LocalOptions, options);
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name))
      throw new EngineError('misconfigured', `${JSON.stringify(name)} is not the name of a folder`);
    const known = read.get(name) ?? readFolder(name);
    read.set(name, known);
    known.catch(() => read.delete(name));
    return known;
  };
}
