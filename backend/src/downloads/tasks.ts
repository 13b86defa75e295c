import type { CronTask, TaskHandler } from '../platform/index.ts';
import type { DownloadsDeps } from './deps.ts';
import { removeDownload, runDownload } from './run.ts';
import { listAbandoned } from './store.ts';
import { removeTask, runTask } from './task-names.ts';

/** A task may take two minutes; a download goes on in the next one. Only the proof of a large file may take longer. */
const sliceMs = 90_000;

export function makeTasks(deps: DownloadsDeps): TaskHandler[] {
  return [
    {
      name: runTask,
      concurrency: 1,
      async handle({ id }: { id: string }, signal) {
        const isUnfinished = await runDownload(deps, id, AbortSignal.any([signal, AbortSignal.timeout(sliceMs)]));
        if (isUnfinished) await deps.tasks.add(deps.database.read, runTask, { id });
      },
    },
    { name: removeTask, concurrency: 1, handle: ({ id }: { id: string }) => removeDownload(deps, id) },
  ];
}

/** Brings back what a dead worker left: its tasks are lost, the rows are not. */
export function makeCrons(deps: DownloadsDeps): CronTask[] {
  return [
    {
      name: 'downloads.recover',
      cron: '* * * * *',
      async handle() {
        for (const { id, state } of await listAbandoned(deps.database.read)) {
          await deps.tasks.add(deps.database.read, state === 'removing' ? removeTask : runTask, { id });
        }
      },
    },
  ];
}
