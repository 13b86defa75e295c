import { type Job, type JobResult, PgBoss, fromKysely } from 'pg-boss';
import type { Counter } from 'prom-client';
import type { Reader, Tx } from './database.ts';
import type { Log } from './log.ts';
import { keepAliveMs } from './notify.ts';

/** Queues housekeeping (thumbnails, mails, sweeps). Generations have a queue of their own: they need fairness and leases. */
export interface Tasks {
  /** Queues a task in the caller's transaction: it exists when, and only when, that commits. */
  add(
    tx: Tx | Reader,
    name: string,
    payload: object,
    options?: { runAfterSeconds?: number; singletonKey?: string },
  ): Promise<void>;
}

export interface TaskHandler {
  name: string;
  /** Tasks that one process works on at the same time. */
  concurrency?: number;
  retryLimit?: number;
  /** Runs at least once; after a crash again. The signal aborts when the process stops or the time is over. */
  handle(payload: never, signal: AbortSignal): Promise<void>;
}

export interface CronTask {
  name: string;
  /** Five fields, UTC. Runs once for all processes. */
  cron: string;
  /** How long it may take; absent: two minutes. Past it the signal aborts, and it is tried once more from the beginning. */
  maxSeconds?: number;
  handle(signal: AbortSignal): Promise<void>;
}

export interface TaskQueue extends Tasks {
  /** Makes the queues known. Every role calls it before anything is added. */
  declare(handlers: readonly TaskHandler[], crons: readonly CronTask[]): Promise<void>;
  /** Begins to work on what was declared. */
  work(): Promise<void>;
  /** Lets running tasks finish, within a time; what does not is run again later. */
  close(): Promise<void>;
}

const schema = 'pgboss';
const maxTaskSeconds = 120;
/** For what looks at everything there is, once a night, and begins anew each time: a million images are five million files. */
export const nightlySeconds = 6 * 3600;
/** For pg's pool, to which pg-boss hands on what it does not know itself. Long, because it rebuilds its indexes once a day. */
const silenceLimits = { query_timeout: 300_000, keepAlive: true, keepAliveInitialDelayMillis: keepAliveMs };

/** Makes the queue's own tables. Called while migrating. */
export async function installTasks(url: string): Promise<void> {
  const boss = new PgBoss({ connectionString: url, schema, supervise: false, schedule: false, max: 1, registerInstance: false });
  await boss.start();
  await boss.stop({ graceful: false, close: true });
}

/** What a process needs to queue tasks and, when it `works`, to carry them out. */
export interface TasksConfig {
  url: string;
  log: Log;
  works: boolean;
  /** Counts every task that ended: `watchTasks` makes one. */
  ended?: Counter<'task' | 'outcome'>;
}

export async function openTasks(config: TasksConfig): Promise<TaskQueue> {
  const boss = new PgBoss({
    ...silenceLimits,
    connectionString: config.url,
    schema,
    application_name: 'rendermart-tasks',
    max: config.works ? 4 : 2,
    migrate: false,
    supervise: config.works,
    schedule: config.works,
    useListenNotify: config.works,
    registerInstance: false,
  });
  boss.on('error', (error) => config.log.error({ error }, 'the task queue failed; it goes on by itself'));
  boss.on('warning', (warning) => config.log.warn({ warning }, 'the task queue warns'));
  await boss.start();
  const declared: { handlers: readonly TaskHandler[]; crons: readonly CronTask[] } = { handlers: [], crons: [] };
  return {
    async add(tx, name, payload, options = {}) {
      await boss.send(name, payload, {
        db: fromKysely(tx),
        ...(options.runAfterSeconds === undefined ? {} : { startAfter: options.runAfterSeconds }),
        ...(options.singletonKey === undefined ? {} : { singletonKey: options.singletonKey }),
      });
    },
    async declare(handlers, crons) {
      Object.assign(declared, { handlers, crons });
      for (const { name, retryLimit = 5 } of handlers) await declareQueue(boss, name, retryLimit, maxTaskSeconds);
      for (const { name, maxSeconds = maxTaskSeconds } of crons) await declareQueue(boss, name, 1, maxSeconds);
    },
    async work() {
      for (const handler of declared.handlers) await workOn(boss, handler, config);
      for (const { name, cron, handle } of declared.crons) {
        await boss.schedule(name, cron);
        await workOn(boss, { name, concurrency: 1, handle: (_payload, signal) => handle(signal) }, config);
      }
    },
    close: () => boss.stop({ graceful: true, timeout: 10_000, close: true }),
  };
}

async function declareQueue(boss: PgBoss, name: string, retryLimit: number, expireInSeconds: number): Promise<void> {
  const options = {
    notify: true,
    retryLimit,
    retryDelay: 2,
    retryBackoff: true,
    expireInSeconds,
    // A killed worker's tasks come back after this, not after the whole time a task may take.
    heartbeatSeconds: 20,
    deleteAfterSeconds: 24 * 3600,
  };
  await boss.createQueue(name, options);
  // One that is there keeps what an earlier version said of it.
  await boss.updateQueue(name, options);
}

async function workOn(boss: PgBoss, handler: TaskHandler, config: TasksConfig): Promise<void> {
  const options = {
    batchSize: handler.concurrency ?? 4,
    perJobResults: true,
    pollingIntervalSeconds: 2,
    notifyPollingIntervalSeconds: 5,
    burstWhenBatchFull: true,
  } as const;
  await boss.work(handler.name, options, async (jobs: Job<never>[]): Promise<JobResult[]> =>
    Promise.all(jobs.map((job) => runOne(handler, job, config))),
  );
}

async function runOne(handler: TaskHandler, job: Job<never>, { log, ended }: TasksConfig): Promise<JobResult> {
  try {
    await handler.handle(job.data, job.signal);
    ended?.inc({ task: handler.name, outcome: 'succeeded' });
    return { id: job.id, status: 'completed' };
  } catch (error) {
    ended?.inc({ task: handler.name, outcome: 'failed' });
    log.error({ error, task: handler.name, taskId: job.id }, 'a task failed and is tried again later');
    return { id: job.id, status: 'failed', output: { message: (error as Error).message } };
  }
}
