import { join } from 'node:path';
import { parseJson, readText } from './files.ts';

/** A JSON file of a folder with a manifest. Throws `model_invalid` when it is missing or none. */
export async function readManifestJson(folder: string, name: string): Promise<unknown> {
  const text = await readText(folder, name, 'A model folder holds manifest.json and the files it names.');
  return parseJson(text, join(folder, name));
}
