import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FailureCode, ModelDownload } from '@rendermart/contract';
import type { FastifyInstance } from 'fastify';
import {
  type Actor,
  type Database,
  Failure,
  makeHttpServer,
  makeLog,
  mountRoutes,
  openDatabase,
  openTasks,
  systemClock,
  uuidV7,
} from '../../platform/index.ts';
import { type Downloads, makeDownloads } from '../index.ts';
import type { DownloadsDeps, FolderModels } from '../deps.ts';
import { type TestHub, startHub } from './hub.ts';

const log = makeLog({ level: process.env['TEST_LOG'] ?? 'silent', role: 'test' });

/** An administrator who asks for models. */
export const administrator: Actor = {
  accountId: uuidV7.next(),
  name: 'Ada',
  role: 'administrator',
  scopes: 'all',
  sessionId: 's',
};

/** Stands where the room that draws does: it takes folders for models, unless it is told that it cannot draw with them. */
export interface Drawers extends FolderModels {
  offered: string[];
  retired: string[];
  refusal: string | undefined;
  /** What happens while they read a folder. */
  meanwhile: (() => Promise<void>) | undefined;
  defaultId: string | undefined;
}

function makeDrawers(): Drawers {
  const drawers: Drawers = {
    offered: [],
    retired: [],
    refusal: undefined,
    meanwhile: undefined,
    defaultId: undefined,
    ids: async () => new Set(['sticker-one']),
    async offer(model) {
      if (drawers.refusal !== undefined) throw new Failure('engine_unavailable', { message: drawers.refusal });
      await drawers.meanwhile?.();
      drawers.offered.push(`${model.id} in ${model.engineModel}`);
    },
    async retire({ id, folder }) {
      if (!drawers.offered.includes(`${id} in ${folder}`)) return;
      if (id === drawers.defaultId) throw new Failure('model_is_default');
      drawers.retired.push(id);
    },
  };
  return drawers;
}

/** The room with a hub beside it, and a folder of its own. */
export interface Installation {
  hub: TestHub;
  database: Database;
  drawers: Drawers;
  folder: string;
  models: string;
  imports: string;
  downloads: Downloads;
  ask(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    body?: object,
  ): Promise<{ status: number; body: unknown; code: FailureCode | undefined }>;
  /** Works on a download as a worker would, until it ends. */
  work(id: string, signal?: AbortSignal): Promise<void>;
  read(id: string): Promise<ModelDownload | undefined>;
  close(): Promise<void>;
}

export const depsOf = (
  config: DownloadsDeps['config'],
  database: Database,
  parts: Pick<DownloadsDeps, 'models' | 'tasks'>,
): DownloadsDeps => ({
  ...{ database, log, clock: systemClock, ids: uuidV7, config },
  pause: async () => {},
  stopping: new AbortController().signal,
  freeBytes: async () => 1e12,
  ...parts,
});

export async function openInstallation(
  url: string,
  { canAdd = true, ...overrides }: Partial<DownloadsDeps> & { canAdd?: boolean } = {},
): Promise<Installation> {
  const hub = await startHub();
  const folder = await mkdtemp(join(tmpdir(), 'downloads-'));
  const [models, imports] = [join(folder, 'models'), join(folder, 'import')];
  const database = openDatabase({ url, poolSize: 5, applicationName: 'downloads-test' });
  const tasks = await openTasks({ url, log, works: false });
  const drawers = makeDrawers();
  const outbound = { hosts: [new URL(hub.url).host], allowPrivate: true };
  const config = { hubUrl: hub.url, outbound, modelsFolder: models, canAdd, importFolder: imports };
  const downloads = makeDownloads({ ...depsOf(config, database, { models: drawers, tasks }), ...overrides });
  await tasks.declare(downloads.tasks, downloads.crons);
  const server = makeHttpServer({ log, trustedProxies: [], maxBodyBytes: 100_000 });
  mountRoutes(server, downloads.handlers, { authenticate: async () => administrator, trustedOrigins: [] });
  const ask = asker(server);
  return {
    ...{ hub, database, drawers, folder, models, imports, downloads, ask },
    work: (id, signal = new AbortController().signal) => downloads.tasks[0]!.handle({ id } as never, signal),
    async read(id) {
      const { items } = (await ask('GET', '/api/admin/model-downloads')).body as { items: ModelDownload[] };
      return items.find((item) => item.id === id);
    },
    async close() {
      await server.close();
      await tasks.close();
      await database.close();
      await hub.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function asker(server: FastifyInstance): Installation['ask'] {
  return async (method, url, body) => {
    const answer = await server.inject({ method, url, ...(body === undefined ? {} : { payload: body }) });
    const json = answer.body === '' ? undefined : answer.json<{ error?: { code: FailureCode } }>();
    return { status: answer.statusCode, body: json, code: json?.error?.code };
  };
}
