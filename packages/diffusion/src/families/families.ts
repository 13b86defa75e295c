import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { diffusersFamily } from '../diffusers/family.ts';
import { DiffusionError } from '../failure.ts';
import { flowLatentFamily } from '../flow-latent/family.ts';
import type { Model } from '../model.ts';
import type { ModelFamily, ReadModel } from './family.ts';

const families: readonly ModelFamily[] = [flowLatentFamily, diffusersFamily];

async function hasFile(folder: string, name: string): Promise<boolean> {
  const status = await stat(join(folder, name)).catch(() => undefined);
  return status?.isFile() ?? false;
}

/** Reads a model folder of any family. Throws `model_invalid` with the reason for what is none. */
export async function readFolder(path: string): Promise<ReadModel> {
  const folder = resolve(path);
  for (const family of families) if (await hasFile(folder, family.marker)) return family.read(folder);
  const markers = families.map(({ marker }) => marker).join(' nor ');
  const single = (await hasFile(folder, 'model.onnx')) ? ' It has a model.onnx: this may be one part of a model.' : '';
  throw new DiffusionError('model_invalid', `${folder} has neither ${markers}, so it is no model folder.${single}`);
}

/**
 * Reads what a model folder is and can do, without loading its weights.
 * Throws `model_invalid`: which part is missing or wrong, or why such a model cannot be drawn with.
 */
export async function readModelFolder(path: string): Promise<Model> {
  return (await readFolder(path)).model;
}
