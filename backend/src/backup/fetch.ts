import fs from 'node:fs';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Storage } from '../platform/index.ts';
import { type Manifest, openManifest } from './manifest.ts';
import { type Measured, measuring } from './measure.ts';
import { keysOf, newestOf } from './rules.ts';

/** Something is not as the backup promised, and what follows cannot be tried. */
export class Fault extends Error {}

/** There is none, or not the one that is asked for: the message says what to do. */
export class NoBackup extends Error {
  override readonly name = 'NoBackup';
}

/** The name of the newest finished backup, or the one that is asked for if it is there. */
export async function findBackup(destination: Storage, wanted?: string): Promise<string> {
  const keys: string[] = [];
  for await (const { key } of destination.list('backups/')) keys.push(key);
  const newest = newestOf(keys);
  if (newest === undefined) throw new NoBackup('There is no finished backup in BACKUP_TO. Make one first.');
  if (wanted === undefined || keys.includes(keysOf(wanted).manifest)) return wanted ?? newest;
  throw new NoBackup(`There is no finished backup ${wanted} in BACKUP_TO; the newest is ${newest}. Correct RESTORE_BACKUP.`);
}

/** What a backup promises. */
export async function readManifest(destination: Storage, name: string): Promise<Manifest> {
  const found = await destination.get(keysOf(name).manifest);
  const content = found ? await text(found.stream) : '';
  try {
    return openManifest(content);
  } catch (error) {
    throw new Fault(`manifest.json cannot be trusted: ${(error as Error).message}`);
  }
}

/** Brings a part of the backup here, and compares it with its checksum on the way. */
export async function fetchChecked(destination: Storage, key: string, file: string, promised: Measured): Promise<void> {
  const found = await destination.get(key);
  if (!found) throw new Fault(`${key} is missing`);
  const { through, result } = measuring();
  await pipeline(found.stream, through, fs.createWriteStream(file));
  const { sizeBytes, sha256 } = result();
  if (sizeBytes !== promised.sizeBytes) throw new Fault(`${key} has ${sizeBytes} bytes instead of ${promised.sizeBytes}`);
  if (sha256 !== promised.sha256) throw new Fault(`${key} is damaged: its checksum differs from the manifest's`);
}
