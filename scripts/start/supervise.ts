import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServerInUse, startPostgres, type PostgresServer } from '@rendermart/postgres';
import { describeExit, isPortFree, runMigrations, startApi, startWorker, type Part } from '../program/index.ts';
import { openPartLog } from './logs.ts';
import type { Settings } from './settings.ts';
import { onStopWish, type StopWish } from './stop-wish.ts';

/** What differs between `npm start` and `npm run dev`. */
export interface Supervision {
  startedAt: number;
  /** Makes the page ready while the database starts; returns whether there was anything to do. */
  preparePage(): Promise<boolean>;
  /** Start the parts again when their source changes, and outlive their crashes. */
  watch: boolean;
  /** Another process that belongs to the program, such as the page's development server. */
  startMore?(env: Record<string, string>): { parts: Part[]; address: string };
}

const defaultMetricsPort = 9464;

/** Starts everything, says where it is, and ends the process when a person or a crash ends it. */
export async function supervise(settings: Settings, how: Supervision): Promise<never> {
  const running: Running = { parts: [], database: undefined };
  const wish = onStopWish();
  let exitCode = 0;
  try {
    const address = await Promise.race([start(settings, how, running), wish.arrived]);
    if (address !== undefined) await Promise.race([welcome(address, settings, how, running), wish.arrived]);
  } catch (error) {
    exitCode = 1;
    if (!wish.hasArrived()) console.error(`\n${(error as Error).message}`);
  }
  await stopAll(running, wish);
  process.exit(wish.hasArrived() ? 0 : exitCode);
}

interface Running {
  parts: Part[];
  database: PostgresServer | undefined;
}

async function start(settings: Settings, how: Supervision, running: Running): Promise<string> {
  const page = how.preparePage();
  // Its failure is reported when it is awaited below, or lost when the database fails first.
  page.catch(() => undefined);
  const databaseUrl = settings.databaseUrl ?? (await startDatabase(settings, running));
  if (!(await isPortFree(settings.port, process.env['HOST']))) {
    throw new Error(
      `Port ${settings.port} is used by another program. Stop that one, or choose another port: PORT=${settings.port + 1} npm start`,
    );
  }
  const env: Record<string, string> = { ...settings.env, DATABASE_URL: databaseUrl, ...(how.watch && { RENDERMART_WATCH: '1' }) };
  await Promise.all([runMigrations(env), page]);

  const metricsPort = Number(process.env['METRICS_PORT'] ?? defaultMetricsPort);
  const workerMetricsPort = process.env['WORKER_METRICS_PORT'] ?? String(metricsPort + 1);
  const api = startApi({ ...env, METRICS_PORT: String(metricsPort) }, openPartLog(settings.dataDir, 'api'));
  const worker = startWorker({ ...env, METRICS_PORT: workerMetricsPort }, openPartLog(settings.dataDir, 'worker'));
  running.parts.push(api, worker);
  const more = how.startMore?.(env);
  running.parts.push(...(more?.parts ?? []));
  await Promise.all([api.ready, worker.ready]);
  return more?.address ?? settings.address;
}

async function startDatabase({ dataDir, address }: Settings, running: Running): Promise<string> {
  try {
    running.database = await startPostgres({ dataDir: path.join(dataDir, 'postgres'), owner: address });
    return running.database.url;
  } catch (error) {
    if (!(error instanceof ServerInUse)) throw error;
    throw new Error(
      `RenderMart already runs on ${dataDir}: ${error.owner}\nStop that one first, or use another folder: DATA_DIR=./data2 PORT=4001 npm start`,
      {
        cause: error,
      },
    );
  }
}

/** Says where it is, then waits for the first part that ends without having been told to. */
async function welcome(address: string, settings: Settings, how: Supervision, { parts, database }: Running): Promise<never> {
  const seconds = ((performance.now() - how.startedAt) / 1000).toFixed(1);
  console.log(`
  RenderMart is ready (${seconds} s)

    Open     ${address}
    API      ${address}/api/docs
    Data     ${settings.dataDir}

  Ctrl-C stops it.
`);
  const crash = await Promise.race([
    ...parts.map((part) => part.exited.then(describeExit)),
    ...(database
      ? [database.exited.then((exit) => `PostgreSQL ended (${exit.signal ?? exit.code}). Its last lines:\n${exit.lastLines}`)]
      : []),
  ]);
  throw new Error(`${crash}\n\nEverything else is being stopped. Logs: ${path.join(settings.dataDir, 'logs')}`);
}

/** Those who use the database first, the database last; a second Ctrl-C skips the waiting. */
async function stopAll(running: Running, wish: StopWish): Promise<void> {
  if (wish.hasArrived()) console.log('\nStopping; what is being drawn may take a moment. Ctrl-C again stops at once.');
  const gently = Promise.all(running.parts.map((part) => part.stop()));
  await Promise.race([gently, wish.isUrgent.then(() => Promise.all(running.parts.map((part) => part.kill())))]);
  await running.database?.stop();
  // Lines that the parts wrote last are still on their way to the terminal.
  await sleep(10);
}
