import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { openDatabase } from '../platform/index.ts';
import type { BackupDeps } from './context.ts';
import { countAll } from './counts.ts';
import { restoreDump } from './dump.ts';
import { Fault, fetchChecked, findBackup, readManifest } from './fetch.ts';
import { FileEntry, type Manifest } from './manifest.ts';
import { measure } from './measure.ts';
import { type NamedFile, compareCounts, copyKey, findMissing, keysOf } from './rules.ts';
import { type ScratchDatabase, createScratchDatabase, startScratchServer } from './server.ts';
import { findPostgresTools } from './tools.ts';

/** What a drill found. `faults` is empty when everything is as the backup promised. */
export interface DrillResult {
  name: string;
  madeAt: string;
  faults: string[];
  rows: number;
  files: number;
  /** Files whose bytes were read and compared with their hash. */
  hashed: number;
  /** Files that images have lost since the backup, and that were therefore removed on purpose. */
  removedSince: number;
}

// Reading every picture of a large house would take all night; a few hundred, taken at random each time, find rot soon.
const hashedAtMost = 300;

/**
 * Restores the newest backup into a database that is thrown away, and compares it with what was saved: checksums, rows of every
 * table, what the ledger sums to, and every file that an image names.
 * @param serverUrl a PostgreSQL in which a database may be made; absent: one is started for the drill
 */
export async function drillRestore(deps: BackupDeps, serverUrl?: string): Promise<DrillResult> {
  const name = await findBackup(deps.destination);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-restore-'));
  const result: DrillResult = { name, madeAt: '', faults: [], rows: 0, files: 0, hashed: 0, removedSince: 0 };
  try {
    const manifest = await readManifest(deps.destination, name);
    result.madeAt = manifest.madeAt;
    const dump = path.join(folder, 'database.dump');
    await fetchChecked(deps.destination, keysOf(name).dump, dump, manifest.dump);
    const list = path.join(folder, 'files.jsonl');
    await fetchChecked(deps.destination, keysOf(name).files, list, manifest.files.list);
    const named = await tryDatabase(deps, manifest, dump, result, serverUrl);
    await tryFiles(deps, manifest, list, named, result);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    result.faults.push(error.message);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  return result;
}

/** Restores, counts and answers which files the restored images name. */
async function tryDatabase(
  deps: BackupDeps,
  manifest: Manifest,
  dump: string,
  result: DrillResult,
  serverUrl: string | undefined,
): Promise<NamedFile[]> {
  const tools = findPostgresTools(manifest.serverVersion, deps.toolsFolder);
  const scratch = serverUrl === undefined ? await startScratchServer(tools) : await createScratchDatabase(serverUrl);
  try {
    await restoreDump(tools, dump, scratch.url).catch((error: Error) => {
      throw new Fault(`the dump cannot be restored: ${error.message}`);
    });
    return await countRestored(deps, manifest, scratch, result);
  } finally {
    await scratch.drop();
  }
}

async function countRestored(
  deps: BackupDeps,
  manifest: Manifest,
  scratch: ScratchDatabase,
  result: DrillResult,
): Promise<NamedFile[]> {
  const restored = openDatabase({ url: scratch.url, poolSize: 2, applicationName: 'rendermart-drill' });
  try {
    const counted = await countAll(restored, deps.sumsOf);
    result.faults.push(...compareCounts(manifest, counted));
    result.rows = Object.values(counted.tables).reduce((sum, rows) => sum + rows, 0);
    return await deps.namedFiles(restored.read);
  } finally {
    await restored.close();
  }
}

/** Every file that a restored image names is in the list, is stored with its size, and, of those tried, has the bytes of its hash. */
async function tryFiles(
  deps: BackupDeps,
  manifest: Manifest,
  list: string,
  named: NamedFile[],
  result: DrillResult,
): Promise<void> {
  const listed = await readList(list);
  const place = manifest.files.copied
    ? { storage: deps.destination, at: copyKey }
    : { storage: deps.storage, at: (key: string) => key };
  const present = new Map<string, number>();
  const prefix = place.at('');
  for await (const { key, sizeBytes } of place.storage.list(prefix)) present.set(key.slice(prefix.length), sizeBytes);
  const missing = findMissing(named, listed, present);
  const stillNamed = new Set(missing.length === 0 ? [] : (await deps.namedFiles(deps.database.read)).map(({ key }) => key));
  result.files = named.length;
  result.removedSince = missing.filter(({ key }) => !stillNamed.has(key)).length;
  result.faults.push(...missing.filter(({ key }) => stillNamed.has(key)).map(({ fault }) => fault));
  const sample = pickSome(
    named.filter(({ key }) => present.has(key) && listed.get(key)?.sha256),
    hashedAtMost,
  );
  for (const { key } of sample) {
    const found = await place.storage.get(place.at(key));
    if (found && (await measure(found.stream)).sha256 !== listed.get(key)!.sha256)
      result.faults.push(`${key} is damaged: its bytes are not those of its hash`);
  }
  result.hashed = sample.length;
}

async function readList(file: string): Promise<Map<string, FileEntry>> {
  const listed = new Map<string, FileEntry>();
  for await (const line of createInterface({ input: fs.createReadStream(file) })) {
    const entry = FileEntry.parse(JSON.parse(line));
    listed.set(entry.key, entry);
  }
  return listed;
}

/** Some, at random, each at most once. */
function pickSome<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  const picked = new Set<number>();
  while (picked.size < most) picked.add(Math.floor(Math.random() * items.length));
  return [...picked].map((index) => items[index]!);
}
