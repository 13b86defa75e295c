import type { ModelInput } from '@rendermart/contract';
import type { Clock, Database, Ids, Log, Tasks } from '../platform/index.ts';
import type { OutboundRules } from './addresses.ts';

/** What the room asks of those who draw: it puts folders in place, they make models of them. */
export interface FolderModels {
  /** All ids of models, so that a new one is free. */
  ids(): Promise<ReadonlySet<string>>;
  /** Reads what the folder can do and offers it. The same again changes nothing. Throws `engine_unavailable` with the reason. */
  offer(input: ModelInput, actorId: string): Promise<void>;
  /** Ends a model whose folder goes away, unless it draws with another one. Throws `model_is_default`. */
  retire(model: { id: string; folder: string }, actorId: string): Promise<void>;
}

export interface DownloadsConfig {
  /** A hub that speaks the protocol of Hugging Face. */
  hubUrl: string;
  outbound: OutboundRules;
  /** Where added models stand, on a disk that all processes share. */
  modelsFolder: string;
  /** False where an operator says that there is no such disk: nothing is written to the folder then. */
  canAdd: boolean;
  /** Where an operator puts folders to import. */
  importFolder: string;
}

/** All that the room stands on. */
export interface DownloadsDeps {
  database: Database;
  tasks: Tasks;
  log: Log;
  clock: Clock;
  ids: Ids;
  models: FolderModels;
  config: DownloadsConfig;
  /** Free bytes of the disk that holds a folder. */
  freeBytes(folder: string): Promise<number>;
  /** Waits before a broken connection is tried again. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /** Aborts when the process stops, whatever a task still has of its time. */
  stopping: AbortSignal;
}
