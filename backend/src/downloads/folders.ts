import { access, constants, lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceFile } from './rules.ts';

/** Names of the folders that an operator put into the import folder. */
export async function listImportable(importFolder: string): Promise<string[]> {
  const entries = await readdir(importFolder, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(entry.name));
  return folders.map(({ name }) => name).sort();
}

/** The files of a folder and of what is below it. Links are passed over: they could lead out of it. */
export async function listFolder(root: string, below = ''): Promise<SourceFile[]> {
  const entries = await readdir(join(root, below), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry): Promise<SourceFile[]> => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) return below.split('/').length < 4 ? listFolder(root, path) : [];
      if (!entry.isFile()) return [];
      return [{ path, sizeBytes: (await lstat(join(root, path))).size, checksum: null }];
    }),
  );
  return found.flat();
}

/** Where a model stands once it is whole, and where it is put together until then. */
export function placesOf(modelsFolder: string, folder: string): { whole: string; partial: string } {
  return { whole: join(modelsFolder, folder), partial: join(modelsFolder, '.partial', folder) };
}

export const ensureFolder = (folder: string) => mkdir(folder, { recursive: true });

/** Makes a folder that can be written, or throws. */
export async function ensureWritable(folder: string): Promise<void> {
  await ensureFolder(folder);
  await access(folder, constants.W_OK);
}
