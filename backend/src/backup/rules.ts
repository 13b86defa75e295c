import type { FileEntry, Manifest } from './manifest.ts';

/** Pure: the name of a backup made now; names sort by time. @param unique a few letters that no other backup made in this second has */
export function backupName(now: Date, unique: string): string {
  return `${now.toISOString().slice(0, 19).replaceAll(':', '-').toLowerCase()}z-${unique}`;
}

/** Pure: the database into which a backup is restored when nobody names one; a word of SQL that needs no quotes. */
export const databaseNameOf = (backup: string): string => `restored_${backup.replaceAll(/[^a-z0-9]/g, '_')}`;

/** Pure: the keys of a backup's parts. */
export const keysOf = (name: string) => ({
  dump: `backups/${name}/database.dump`,
  files: `backups/${name}/files.jsonl`,
  manifest: `backups/${name}/manifest.json`,
});

/** Pure: where a copy of a stored file lies; shared by all backups, because bytes hardly ever change under a key. */
export const copyKey = (key: string) => `files/${key}`;

/** Pure: whether a key's bytes can change. All keys but that of whose store it is are made from what they hold. */
export const mayChange = (key: string): boolean => key === 'installation/id';

/** Pure: the name of the newest finished backup, or undefined. */
export function newestOf(keys: readonly string[]): string | undefined {
  return keys
    .flatMap((key) => /^backups\/([^/]+)\/manifest\.json$/.exec(key)?.[1] ?? [])
    .sort()
    .at(-1);
}

/** Pure: the content hash in the key of an original; null for everything else. */
export const hashInKey = (key: string): string | null => /^images\/.*\/([0-9a-f]{64})\./.exec(key)?.[1] ?? null;

/** Pure: what differs between what a backup promised and what came out of it, one line each. */
export function compareCounts(promised: Manifest, restored: Pick<Manifest, 'tables' | 'sums'>): string[] {
  return [...differences('rows of', promised.tables, restored.tables), ...differences('ledger:', promised.sums, restored.sums)];
}

function differences<Value extends string | number>(
  what: string,
  promised: Record<string, Value>,
  restored: Record<string, Value>,
): string[] {
  const names = [...new Set([...Object.keys(promised), ...Object.keys(restored)])].sort();
  return names
    .filter((name) => promised[name] !== restored[name])
    .map((name) => `${what} ${name}: ${restored[name] ?? 'none'} instead of ${promised[name] ?? 'none'}`);
}

/** A file that the restored database names. */
export interface NamedFile {
  key: string;
  sizeBytes: number;
}

/**
 * Pure: which of the files that the restored database names are not where they should be.
 * @param listed what the backup says was stored; @param present what is stored now, by key
 */
export function findMissing(
  named: readonly NamedFile[],
  listed: ReadonlyMap<string, FileEntry>,
  present: ReadonlyMap<string, number>,
): { key: string; fault: string }[] {
  return named.flatMap(({ key, sizeBytes }) => {
    const size = present.get(key);
    if (size === undefined) return [{ key, fault: `${key} is missing` }];
    if (size !== sizeBytes) return [{ key, fault: `${key} has ${size} bytes instead of ${sizeBytes}` }];
    if (!listed.has(key)) return [{ key, fault: `${key} is not in the backup's list of files` }];
    return [];
  });
}
