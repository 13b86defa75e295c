import { Readable, pipeline } from 'node:stream';
import type pg from 'pg';
import type { BackupDeps } from './context.ts';
import { countAll, majorVersion, withClient } from './counts.ts';
import { dumpDatabase } from './dump.ts';
import { type FileEntry, type Manifest, sealManifest } from './manifest.ts';
import { type Measured, measuring } from './measure.ts';
import { backupName, copyKey, hashInKey, keysOf, mayChange } from './rules.ts';
import { findPostgresTools } from './tools.ts';

/**
 * Saves the database and then the list of the files (with their bytes where asked), and last the manifest that makes it a
 * backup. The files come after the database: a file without a row is swept later, a row without its file would be a loss.
 */
export async function saveBackup(deps: BackupDeps): Promise<Manifest> {
  const madeAt = deps.clock.now();
  const name = backupName(madeAt, deps.ids.next().slice(-6));
  const database = await withClient(deps.databaseUrl, (client) => saveDatabase(deps, name, client));
  const files = await saveFiles(deps, name);
  const manifest: Manifest = { version: 1, name, madeAt: madeAt.toISOString(), program: deps.program, ...database, files };
  await deps.destination.put(keysOf(name).manifest, Buffer.from(sealManifest(manifest)), 'application/json');
  return manifest;
}

/** The counts and the dump are of one moment: both read the same exported snapshot. */
async function saveDatabase(
  deps: BackupDeps,
  name: string,
  client: pg.Client,
): Promise<Pick<Manifest, 'serverVersion' | 'dump' | 'tables' | 'sums'>> {
  const serverVersion = await majorVersion(client);
  const tools = findPostgresTools(serverVersion, deps.toolsFolder);
  await client.query('begin isolation level repeatable read read only');
  // Dumping takes as long as it takes; this connection has nothing to say meanwhile.
  await client.query('set local idle_in_transaction_session_timeout = 0');
  const { rows } = await client.query<{ snapshot: string }>('select pg_export_snapshot() as snapshot');
  const { snapshot } = rows[0]!;
  const counted = await countAll(deps.database, deps.sumsOf, snapshot);
  const dump = await store(deps, keysOf(name).dump, dumpDatabase(tools, deps.databaseUrl, snapshot), 'application/octet-stream');
  await client.query('commit');
  return { serverVersion, dump, ...counted };
}

async function saveFiles(deps: BackupDeps, name: string): Promise<Manifest['files']> {
  const total = { count: 0, sizeBytes: 0 };
  const lines = Readable.from(
    (async function* () {
      for await (const { key, sizeBytes } of deps.storage.list('')) {
        if (key.startsWith('checks/')) continue;
        const entry: FileEntry = { key, sizeBytes, sha256: hashInKey(key) };
        if (deps.copiesFiles) await copyFile(deps, entry);
        total.count += 1;
        total.sizeBytes += sizeBytes;
        yield Buffer.from(`${JSON.stringify(entry)}\n`);
      }
    })(),
    { objectMode: false },
  );
  const list = await store(deps, keysOf(name).files, lines, 'application/x-ndjson');
  return { ...total, list, copied: deps.copiesFiles };
}

/** What an earlier backup copied stays, where a key's bytes never change. A file that went since it was listed is nobody's any more. */
export async function copyFile(
  deps: Pick<BackupDeps, 'storage' | 'destination' | 'log'>,
  { key, sha256 }: FileEntry,
): Promise<void> {
  if (!mayChange(key) && (await deps.destination.exists(copyKey(key)))) return;
  const found = await deps.storage.get(key);
  if (!found) return;
  const copied = await store(deps, copyKey(key), found.stream, 'application/octet-stream');
  if (sha256 !== null && copied.sha256 !== sha256)
    deps.log.error({ key }, 'a stored file is damaged: its bytes are not those of its name');
}

async function store(deps: Pick<BackupDeps, 'destination'>, key: string, stream: Readable, mediaType: string): Promise<Measured> {
  const { through, result } = measuring();
  // A stream that breaks must break what is stored of it; the error itself comes out of putStream.
  pipeline(stream, through, () => {});
  await deps.destination.putStream(key, through, mediaType);
  return result();
}
