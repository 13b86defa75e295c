import { type CronTask, type TaskHandler, nightlySeconds } from '../platform/index.ts';
import { deleteExpiredArchives } from './archives-store.ts';
import { emptyAccount, emptyAccountTask } from './closing.ts';
import type { Library } from './context.ts';
import { emptyOldTrash, sweepBlobs, sweepStorage } from './sweep.ts';
import { type NewImage, thumbnailsTask } from './thumbnail-queue.ts';
import { makeThumbnails } from './thumbnails.ts';

export function makeTasks(library: Library): TaskHandler[] {
  return [
    {
      name: thumbnailsTask,
      concurrency: 2,
      retryLimit: 5,
      handle: ({ images }: { images: NewImage[] }, signal: AbortSignal) => makeThumbnails(library, images, signal),
    },
    {
      name: emptyAccountTask,
      // A hundred thousand images take several runs, each of which goes on where the last one had to stop.
      retryLimit: 50,
      handle: ({ accountId }: { accountId: string }, signal: AbortSignal) => emptyAccount(library, accountId, signal),
    },
  ];
}

export function makeCrons(library: Library): CronTask[] {
  return [
    {
      name: 'library.forgotten-thumbnails',
      cron: '* * * * *',
      handle: async () => void (await library.thumbnails.queueForgotten()),
    },
    { name: 'library.empty-trash', cron: '7 * * * *', handle: async (signal) => void (await emptyOldTrash(library, signal)) },
    { name: 'library.sweep-blobs', cron: '*/10 * * * *', handle: async (signal) => void (await sweepBlobs(library, signal)) },
    {
      name: 'library.sweep-storage',
      cron: '23 3 * * *',
      maxSeconds: nightlySeconds,
      handle: async (signal) => void (await sweepStorage(library, signal)),
    },
    {
      name: 'library.expire-archives',
      cron: '37 * * * *',
      handle: () => deleteExpiredArchives(library.database.read, library.clock.now()),
    },
  ];
}
