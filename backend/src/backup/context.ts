import type { Clock, Database, Ids, Log, Reader, Storage } from '../platform/index.ts';
import type { NamedFile } from './rules.ts';

/** What backups and drills stand on. The rooms above what is saved are asked by the wiring: this one knows only their answers. */
export interface BackupDeps {
  database: Database;
  databaseUrl: string;
  /** The images; only read. */
  storage: Storage;
  /** Where backups go; read and written, never deleted from. */
  destination: Storage;
  /** Copy the bytes of images too, not only their list. */
  copiesFiles: boolean;
  /** The folder of PostgreSQL's programs; absent: found. */
  toolsFolder?: string | undefined;
  /** What the ledger sums to. */
  sumsOf(reader: Reader): Promise<Record<string, string>>;
  /** Files that images name. */
  namedFiles(reader: Reader): Promise<NamedFile[]>;
  program: string;
  clock: Clock;
  ids: Ids;
  log: Log;
}
