import { join, resolve } from 'node:path';
import { readJson, sizeOf, verifyFiles } from '../model-folder.ts';
import { readUpscalerManifest, upscalerFormat } from './manifest.ts';
import type { UpscalerManifest } from './manifest.ts';

/** An upscaler on disk: its manifest is read, its weights are not. */
export interface Upscaler {
  folder: string;
  manifest: UpscalerManifest;
  /** What its network takes on disk; 0 when it has none. */
  weightsBytes: number;
}

/** Whether a model folder's manifest says that it is an upscaler. Throws `model_invalid` when there is none to read. */
export async function isUpscalerFolder(path: string): Promise<boolean> {
  const manifest = (await readJson(resolve(path), 'manifest.json')) as { format?: unknown } | null;
  return manifest?.format === upscalerFormat;
}

/** Reads an upscaler's folder. Throws `model_invalid` saying which part is missing or wrong. */
export async function readUpscalerFolder(path: string): Promise<Upscaler> {
  const folder = resolve(path);
  const manifest = readUpscalerManifest(await readJson(folder, 'manifest.json'), join(folder, 'manifest.json'));
  const weightsBytes = manifest.method.kind === 'network' ? await sizeOf(folder, manifest.method.file) : 0;
  return { folder, manifest, weightsBytes };
}

/** Compares the network with `checksums.txt`, when the folder has one. Throws `model_invalid` when it differs. */
export async function verifyUpscaler({ folder, manifest }: Upscaler): Promise<void> {
  if (manifest.method.kind === 'network') await verifyFiles(folder, [manifest.method.file]);
}
