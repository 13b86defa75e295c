import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The smallest model of the format: `test/tiny-model/make.py` says what it draws. */
export const tinyModel = fileURLToPath(new URL('../../test/tiny-model', import.meta.url));

/** The model that ships: the tests draw real pictures with it. */
export const stickerModel = fileURLToPath(new URL('../../../../models/sticker-pilot', import.meta.url));

/** A copy of a model to break. Removed when the scope ends. */
export async function copyModel(source = tinyModel) {
  const folder = await mkdtemp(join(tmpdir(), 'diffusion-model-'));
  await cp(source, folder, { recursive: true });
  const editJson = async (name: string, edit: (json: any) => void) => {
    const json: unknown = JSON.parse(await readFile(join(folder, name), 'utf8'));
    edit(json);
    await writeFile(join(folder, name), JSON.stringify(json));
  };
  return { folder, editJson, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
