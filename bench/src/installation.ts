import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Client, makeClient } from '@rendermart/client';
import type { Generation, GenerationInput } from '@rendermart/contract';
import pg from 'pg';
import { type Part, freePort, runMigrations, startApi, startWorker } from '../../scripts/program/index.ts';

/** The real program, with the engine that takes no time unless told: API and workers as processes of their own. */
export interface Installation {
  origin: string;
  env: Record<string, string>;
  api: Part;
  workers: Part[];
  admin: Person;
  database: pg.Pool;
  /** Where images lie. */
  imagesDir: string;
  /** Somebody new, with a share of the queue. */
  addPerson(name: string, weight?: number): Promise<Person>;
  stop(): Promise<void>;
}

export interface Person {
  id: string;
  cookie: string;
  client: Client;
  ask(input: GenerationInput, key?: string): Promise<Generation>;
}

export interface InstallationConfig {
  databaseUrl: string;
  workers?: number;
  capacity?: number;
  /** Milliseconds of one of the four steps that a picture takes. */
  stepMs?: number;
}

const password = 'ten-letters-and-more';

export async function openInstallation({
  databaseUrl,
  workers = 1,
  capacity = 2,
  stepMs = 0,
}: InstallationConfig): Promise<Installation> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-bench-'));
  const [port, metricsPort] = [await freePort(), await freePort()];
  const env = {
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    METRICS_PORT: String(metricsPort),
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    AUTH_SECRET: 'a secret of the benchmark, used once and thrown away',
    ENGINES: 'fake',
    FAKE_ENGINE_STEP_MS: String(stepMs),
    WORKER_CAPACITY: String(capacity),
    LOG_LEVEL: 'warn',
    NODE_ENV: 'production',
  };
  await runMigrations(env);
  const origin = `http://127.0.0.1:${port}`;
  const api = startApi(env);
  await api.ready;
  const crew = await startWorkers(env, workers);
  const database = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  database.on('error', () => undefined);
  const admin = await signUp(origin, '/api/setup', 'Ada');
  await admin.client.adminSettingsUpdate({ body: { registration: 'open', maxQueuedPerAccount: 1_000_000 } });
  const installation: Installation = {
    origin,
    env,
    api,
    workers: crew,
    admin,
    database,
    imagesDir: path.join(dataDir, 'images'),
    async addPerson(name, weight = 1) {
      const person = await signUp(origin, '/api/accounts', name);
      await admin.client.adminPersonUpdate({ params: { id: person.id }, body: { weight } });
      return person;
    },
    async stop() {
      // Whoever runs now: a benchmark may have killed and replaced those that began.
      await Promise.all([...installation.workers, installation.api].map((part) => part.stop(10_000)));
      await database.end();
      fs.rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return installation;
}

/** One metrics port cannot be shared, so each worker gets its own. */
export async function startWorkers(env: Record<string, string>, count: number): Promise<Part[]> {
  const workers: Part[] = [];
  for (let index = 0; index < count; index++) workers.push(startWorker({ ...env, METRICS_PORT: String(await freePort()) }));
  await Promise.all(workers.map((worker) => worker.ready));
  return workers;
}

async function signUp(origin: string, where: string, name: string): Promise<Person> {
  const answer = await fetch(origin + where, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, email: `${name.toLowerCase()}@example.com`, password }),
  });
  if (!answer.ok) throw new Error(`${where} answered ${answer.status}: ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const { id } = (await answer.json()) as { id: string };
  const withCookie: typeof fetch = (input, init) =>
    fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string>), cookie } });
  const client = makeClient({ baseUrl: origin, fetch: withCookie });
  return { id, cookie, client, ask: (body, key = randomUUID()) => client.generationCreate({ body, idempotencyKey: key }) };
}

/** Small pictures: their bytes are not what is measured. */
export const smallPicture = { prompt: 'a red fox', width: 64, height: 64 } satisfies GenerationInput;

/** The value below which a share of the values lies, by the nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export const round = (value: number, digits = 1) => Number(value.toFixed(digits));
export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
/** The time of day in milliseconds, finer than `Date.now()`. */
export const nowMs = () => performance.timeOrigin + performance.now();

/** Looks again until it is so. */
export async function until(what: string, isSo: () => Promise<boolean>, limitMs = 120_000, everyMs = 50): Promise<void> {
  for (const deadline = Date.now() + limitMs; !(await isSo()); await sleep(everyMs)) {
    if (Date.now() > deadline) throw new Error(`Waited ${limitMs / 1000} s in vain until ${what}`);
  }
}
