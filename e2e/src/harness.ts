import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startThrowAwayPostgres } from '@rendermart/postgres';
import {
  buildPage,
  freePort,
  pageDir,
  root,
  runMigrations,
  startApi,
  startWorker,
  type Part,
} from '../../scripts/program/index.ts';

/** How to start the program. */
export interface StartProgram {
  /** `fake` answers at once and obeys sentinel prompts; `local` really draws. Comma-separated for both. */
  engines?: 'fake' | 'local' | 'local,fake';
  /** Further variables, such as SMTP_URL. */
  env?: Record<string, string>;
}

/** The real program on a throw-away database: API and worker as processes, and the built page. */
export interface RunningProgram {
  baseUrl: string;
  databaseUrl: string;
  dataDir: string;
  /** Everything that API and worker have logged so far, line by line. */
  logLines: string[];
  /** kill -9 of the worker. */
  killWorker(): Promise<void>;
  /** Starts one more worker, or a new one after a kill. */
  addWorker(): Promise<Part>;
  /** kill -9 of the API; `startApi` brings it back on the same port. */
  killApi(): Promise<void>;
  startApi(): Promise<Part>;
  stop(): Promise<void>;
}

/** Starts all of it and waits until it serves. Call `stop()` in `afterAll`: it fails when a part has crashed meanwhile. */
export async function startProgram({ engines = 'fake', env: more = {} }: StartProgram = {}): Promise<RunningProgram> {
  await buildPage();
  const database = await startThrowAwayPostgres();
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-e2e-'));
  const logLines: string[] = [];
  const env = { ...(await makeEnvironment(database.url, dataDir)), ENGINES: engines, ...more };
  const parts: { api?: Part; workers: Part[] } = { workers: [] };
  const onLine = (line: string) => void logLines.push(line);

  const running: RunningProgram = {
    baseUrl: `http://127.0.0.1:${env.PORT}`,
    databaseUrl: database.url,
    dataDir,
    logLines,
    startApi: async () => {
      parts.api = startApi(env, onLine);
      await parts.api.ready;
      return parts.api;
    },
    addWorker: async () => {
      const worker = startWorker({ ...env, METRICS_PORT: '0' }, onLine);
      parts.workers.push(worker);
      await worker.ready;
      return worker;
    },
    killApi: async () => void (await parts.api?.kill()),
    killWorker: async () => {
      await Promise.all(parts.workers.splice(0).map((worker) => worker.kill()));
    },
    stop: async () => {
      const all = [...(parts.api ? [parts.api] : []), ...parts.workers];
      const exits = await Promise.all(all.map((part) => part.stop(10_000)));
      await database.stop();
      fs.rmSync(dataDir, { recursive: true, force: true });
      const crash = exits.find((exit) => !exit.expected);
      if (crash) throw new Error(`The ${crash.name} ended by itself:\n${crash.lastLines.join('\n')}`);
    },
  };
  try {
    await runMigrations(env);
    await Promise.all([running.startApi(), running.addWorker()]);
    return running;
  } catch (error) {
    await running.stop().catch(() => undefined);
    throw error;
  }
}

async function makeEnvironment(databaseUrl: string, dataDir: string) {
  const port = await freePort();
  return {
    DATABASE_URL: databaseUrl,
    DATA_DIR: dataDir,
    HOST: '127.0.0.1',
    PORT: String(port),
    METRICS_PORT: '0',
    PAGE_DIR: pageDir,
    MODELS_DIR: path.join(root, 'models'),
    AUTH_SECRET: 'only for tests, and long enough for the program',
    LOG_LEVEL: 'info',
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    // Of the machine on which the tests run, nothing may reach into them.
    S3_BUCKET: '',
    SMTP_URL: '',
    OPENAI_BASE_URL: '',
    OPENAI_API_KEY: '',
  };
}
