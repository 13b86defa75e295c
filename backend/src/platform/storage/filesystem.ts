import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { assertOutsideTransaction } from '../database.ts';
import { invariant } from '../failure.ts';
import { codeOf, refuseFull } from './full.ts';
import { checkKey, checkPrefix } from './keys.ts';
import type { Storage } from './storage.ts';

// Beside the keys, never among them: the name is not one that a key may have.
const unfinished = '.unfinished';
const abandonedAfterMs = 3_600_000;

/** Keeps every key as one file below `root`. */
export function makeFilesystemStorage({ root }: { root: string }): Storage {
  const base = path.resolve(root);
  const pathOf = (key: string) => {
    checkKey(key);
    const file = path.join(base, ...key.split('/'));
    invariant(file.startsWith(base + path.sep), 'a storage key stays below the root');
    return file;
  };
  return {
    driver: 'filesystem',
    async put(key, bytes) {
      assertOutsideTransaction('storage.put');
      await putFile(base, pathOf(key), (handle) => handle.writeFile(bytes)).catch(refuseFull);
    },
    async putStream(key, stream) {
      assertOutsideTransaction('storage.putStream');
      await putFile(base, pathOf(key), (handle) => handle.writeFile(stream)).catch(refuseFull);
    },
    async putDerived(key, bytes) {
      assertOutsideTransaction('storage.putDerived');
      await moveIntoPlace(base, pathOf(key), (handle) => handle.writeFile(bytes), makeFolder).catch(refuseFull);
    },
    async get(key) {
      assertOutsideTransaction('storage.get');
      return openFile(pathOf(key));
    },
    async exists(key) {
      assertOutsideTransaction('storage.exists');
      return (await unlessMissing(stat(pathOf(key)))) !== null;
    },
    async remove(key) {
      assertOutsideTransaction('storage.remove');
      await rm(pathOf(key), { force: true });
    },
    list(prefix) {
      assertOutsideTransaction('storage.list');
      checkPrefix(prefix);
      return listFiles(base, prefix.slice(0, -1));
    },
    signedUrl: () => Promise.resolve(null),
    async freeBytes() {
      assertOutsideTransaction('storage.freeBytes');
      const { bavail, bsize } = await statfs(base);
      return bavail * bsize;
    },
    async reach() {
      assertOutsideTransaction('storage.reach');
      await stat(base);
    },
    async check() {
      assertOutsideTransaction('storage.check');
      await mkdir(path.join(base, unfinished), { recursive: true });
      await removeAbandoned(path.join(base, unfinished));
      const probe = path.join(base, unfinished, randomUUID());
      await writeDurably(probe, (handle) => handle.writeFile('probe')).catch(refuseFull);
      await rm(probe);
    },
  };
}

/**
 * Written aside, flushed, then renamed and the folder flushed: whichever line is the last to run before a crash,
 * the key holds either nothing or the whole file.
 */
async function putFile(base: string, file: string, write: Write): Promise<void> {
  await moveIntoPlace(base, file, write, makeFolderDurably);
  await flushFolder(path.dirname(file));
}

/** The file is whole before it has its name; the name itself may be lost in a crash until its folder is flushed. */
async function moveIntoPlace(
  base: string,
  file: string,
  write: Write,
  makeMissing: (folder: string) => Promise<unknown>,
): Promise<void> {
  const aside = path.join(base, unfinished, randomUUID());
  try {
    await writeDurably(aside, write);
    await orAfterMaking(path.dirname(file), makeMissing, () => rename(aside, file));
  } catch (error) {
    await rm(aside, { force: true }).catch(() => {});
    throw error;
  }
}

type Write = (handle: FileHandle) => Promise<void>;

async function writeDurably(file: string, write: Write): Promise<void> {
  const handle = await openNew(file);
  try {
    await write(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const openNew = (file: string) => orAfterMaking(path.dirname(file), makeFolder, () => open(file, 'wx'));

/** Makes the folder when it is missing: nearly always it is there, and asking first would be one call more. */
async function orAfterMaking<Result>(
  folder: string,
  make: (folder: string) => Promise<unknown>,
  work: () => Promise<Result>,
): Promise<Result> {
  return work().catch(async (error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
    await make(folder);
    return work();
  });
}

/** A new folder is only there after a crash when the folder that names it was flushed too. */
async function makeFolderDurably(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = path.dirname(made)) await flushFolder(path.dirname(made));
}

const makeFolder = (folder: string) => mkdir(folder, { recursive: true });

async function flushFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; there the rename itself is journalled.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Opened before it is answered, so that a file which is removed meanwhile is still read to its end. */
async function openFile(file: string) {
  const handle = await unlessMissing(open(file, 'r'));
  if (handle === null) return null;
  const { size } = await handle.stat();
  return { stream: createReadStream(file, { fd: handle }), sizeBytes: size };
}

async function* listFiles(base: string, folder: string): AsyncGenerator<{ key: string; sizeBytes: number; modifiedAt: Date }> {
  const entries = (await unlessMissing(readdir(path.join(base, folder), { withFileTypes: true }))) ?? [];
  for (const entry of entries) {
    const key = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && entry.name !== unfinished) yield* listFiles(base, key);
    if (!entry.isFile()) continue;
    const found = await unlessMissing(stat(path.join(base, key)));
    if (found) yield { key, sizeBytes: found.size, modifiedAt: found.mtime };
  }
}

/** What a killed process had begun to write. Another process may be writing right now, hence the age. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const found = await unlessMissing(stat(file));
    if (found && found.mtimeMs < Date.now() - abandonedAfterMs) await rm(file, { force: true });
  }
}

async function unlessMissing<Result>(asked: Promise<Result>): Promise<Result | null> {
  return asked.catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  });
}
