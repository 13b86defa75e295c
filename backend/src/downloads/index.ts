import { statfs } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { CronTask, Handlers, RoomRouteNames, TaskHandler } from '../platform/index.ts';
import type { DownloadsDeps } from './deps.ts';
import { makeHandlers } from './routes.ts';
import { makeCrons, makeTasks } from './tasks.ts';

export type { DownloadsConfig, DownloadsDeps, FolderModels } from './deps.ts';

/** Models that administrators bring in: downloads from a hub, imports of folders, and their removal. */
export interface Downloads {
  handlers: Handlers<RoomRouteNames<'downloads'>>;
  tasks: TaskHandler[];
  crons: CronTask[];
}

type Given = Omit<DownloadsDeps, 'freeBytes' | 'pause'> & Partial<DownloadsDeps>;

export function makeDownloads(parts: Given): Downloads {
  const deps: DownloadsDeps = { freeBytes, pause: (ms, signal) => setTimeout(ms, undefined, { signal }), ...parts };
  return { handlers: makeHandlers(deps), tasks: makeTasks(deps), crons: makeCrons(deps) };
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
