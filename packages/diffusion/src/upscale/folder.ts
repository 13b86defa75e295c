import { join, resolve } from 'node:path';
import { verifyFiles } from '../checksums.ts';
import { parseJson, readTextIfAny, sizeOfFile } from '../files.ts';
import { readManifestJson } from '../manifest-json.ts';
import { readUpscalerManifest, upscalerFormat } from './manifest.ts';
import type { UpscalerManifest } from './manifest.ts';

/** An upscaler on disk: its manifest is read, its weights are not. */
export interface Upscaler {
  folder: string;
  manifest: UpscalerManifest;
  /** What its network takes on disk; 0 when it has none. */
  weightsBytes: number;
}

/** Whether a folder's manifest says that it is an upscaler. Throws `model_invalid` for a manifest that is no JSON. */
export async function isUpscalerFolder(path: string): Promise<boolean> {
  const text = await readTextIfAny(resolve(path), 'manifest.json');
  const manifest = text === undefined ? null : (parseJson(text, join(path, 'manifest.json')) as { format?: unknown } | null);
  return manifest?.format === upscalerFormat;
}

/** Reads an upscaler's folder. Throws `model_invalid` saying which part is missing or wrong. */
export async function readUpscalerFolder(path: string): Promise<Upscaler> {
  const folder = resolve(path);
  const manifest = readUpscalerManifest(await readManifestJson(folder, 'manifest.json'), join(folder, 'manifest.json'));
  const weightsBytes =
    manifest.method.kind === 'network' ? await sizeOfFile(folder, manifest.method.file, 'manifest.json names it') : 0;
  return { folder, manifest, weightsBytes };
}

/** Compares the network with `checksums.txt`, when the folder has one. Throws `model_invalid` when it differs. */
export async function verifyUpscaler({ folder, manifest }: Upscaler): Promise<void> {
  if (manifest.method.kind === 'network') await verifyFiles(folder, [manifest.method.file]);
}
