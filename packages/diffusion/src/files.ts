import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DiffusionError } from './failure.ts';

export const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** The text of a file of a model folder, or undefined where there is none. `model_invalid` for one that cannot be read. */
export async function readTextIfAny(folder: string, name: string): Promise<string | undefined> {
  const path = join(folder, name);
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw new DiffusionError('model_invalid', `${path} cannot be read (${reasonOf(error)})`, error);
  });
}

/** The text of a file that a model folder must have. */
export async function readText(folder: string, name: string, neededBy: string): Promise<string> {
  const text = await readTextIfAny(folder, name);
  if (text === undefined) throw new DiffusionError('model_invalid', `${join(folder, name)} is missing. ${neededBy}`);
  return text;
}

export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DiffusionError('model_invalid', `${path} is not JSON: ${reasonOf(error)}`, error);
  }
}

/** Bytes of a weights file. `model_invalid` when it is missing or empty. */
export async function sizeOfFile(folder: string, name: string, neededBy: string): Promise<number> {
  const path = join(folder, name);
  const status = await stat(path).catch((error: unknown) => {
    throw new DiffusionError('model_invalid', `${path} is missing: ${neededBy}`, error);
  });
  if (!status.isFile() || status.size === 0) throw new DiffusionError('model_invalid', `${path} is empty or not a file`);
  return status.size;
}
