import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The smallest model of the format: `test/tiny-model/make.py` says what it draws. */
export const tinyModel = fileURLToPath(new URL('../../test/tiny-model', import.meta.url));

/** The model that ships: the tests draw real pictures with it. */
export const stickerModel = fileURLToPath(new URL('../../../../models/sticker-one', import.meta.url));

/** The upscaler that ships, the resampler beside it, and drawings to enlarge. */
export const shippedUpscaler = fileURLToPath(new URL('../../../../models/upscaler-one', import.meta.url));
export const lanczosUpscaler = fileURLToPath(new URL('../../../../models/lanczos', import.meta.url));
export const shippedSamples = new URL('../../../../models/sticker-one/samples.png', import.meta.url);

/** A manifest whose keys can be broken one by one. */
export type LooseManifest = Record<string, unknown> & {
  [Part in 'files' | 'latent' | 'picture' | 'text']: Record<string, unknown>;
} & { sampling: Record<string, unknown> & { guidance: Record<string, unknown> } };

/** A copy of a model to break. Removed when the scope ends. */
export async function copyModel(source = tinyModel) {
  const folder = await mkdtemp(join(tmpdir(), 'diffusion-model-'));
  await cp(source, folder, { recursive: true });
  const editManifest = async (edit: (manifest: LooseManifest) => unknown) => {
    const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as LooseManifest;
    edit(manifest);
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  };
  return { folder, editManifest, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
