import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Client, makeClient } from '@rendermart/client';
import { type Part, freePort, runMigrations, startApi, startWorker } from '../../scripts/program/index.ts';
import { type DebianPostgres, startDebianPostgres } from './debian-postgres.ts';
import { until } from './until.ts';

/** The real program on a PostgreSQL of Debian's, whose pg_dump is of the same version, with pictures and credits in it. */
export interface House {
  env: Record<string, string>;
  folder: string;
  postgres: DebianPostgres;
  /** What Prometheus would read from a process that is started for it. */
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

/** Opens the house, lets somebody draw, and closes its doors again: what is left is what a backup has to save. */
export async function openHouse(settings: Record<string, string> = {}): Promise<House> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-house-'));
  const postgres = await startDebianPostgres();
  const env = {
    DATABASE_URL: postgres.url,
    PORT: String(await freePort()),
    HOST: '127.0.0.1',
    METRICS_PORT: String(await freePort()),
    DATA_DIR: path.join(folder, 'data'),
    AUTH_SECRET: 'a secret of this test, used once and thrown away',
    ENGINES: 'fake',
    LOG_LEVEL: 'warn',
    BACKUP_TO: path.join(folder, 'backups'),
    ...settings,
  };
  await runMigrations(env);
  await withApi(env, () => live(env));
  return {
    env,
    folder,
    postgres,
    metrics: () => withApi(env, async () => (await fetch(`http://127.0.0.1:${env.METRICS_PORT}/metrics`)).text()),
    async stop() {
      await postgres.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function withApi<Result>(env: Record<string, string>, work: () => Promise<Result>): Promise<Result> {
  const api: Part = startApi(env);
  try {
    await api.ready;
    return await work();
  } finally {
    await api.stop(10_000);
  }
}

/** An administrator with credits draws four pictures. */
async function live(env: Record<string, string>): Promise<void> {
  const worker = startWorker({ ...env, METRICS_PORT: String(await freePort()) });
  try {
    await worker.ready;
    const client = await signUp(`http://127.0.0.1:${env['PORT']}`);
    await client.adminSettingsUpdate({ body: { startingCredits: '500' } });
    await client.walletRead();
    const { id } = await client.generationCreate({ body: { prompt: 'a red fox', count: 4 }, idempotencyKey: randomUUID() });
    await until('four pictures are drawn', async () => (await client.generationRead({ params: { id } })).state === 'succeeded');
  } finally {
    await worker.stop(10_000);
  }
}

async function signUp(baseUrl: string): Promise<Client> {
  const answer = await fetch(`${baseUrl}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Ada', email: 'ada@example.com', password: 'ten-letters-and-more' }),
  });
  if (!answer.ok) throw new Error(`/api/setup answered ${answer.status}: ${await answer.text()}`);
  const cookie = answer.headers.getSetCookie().map((line) => line.split(';')[0]);
  return makeClient({
    baseUrl,
    fetch: (address, init) =>
      fetch(address, { ...init, headers: { ...(init?.headers as Record<string, string>), cookie: cookie.join('; ') } }),
  });
}
