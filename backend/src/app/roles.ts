import { type Registry, type StopTracing, makeMetrics, migrate, serveMetrics, startTracing } from '../platform/index.ts';
import type { Config } from './config.ts';
import { makeHealth } from './health.ts';
import { makeApiServer } from './http.ts';
import { type Stop, stopOnSignals } from './lifecycle.ts';
import { runBackup, runRestoreDrill } from './maintenance.ts';
import { version } from './version.ts';
import { type Rooms, wireRooms } from './wire.ts';

type Service = 'api' | 'worker' | 'all';

/** What is done once and ends. */
const errands = {
  migrate: runMigrations,
  backup: runBackup,
  'restore-drill': runRestoreDrill,
} satisfies Record<string, (config: Config) => Promise<void>>;

export const roles = ['api', 'worker', 'all', 'migrate', 'backup', 'restore-drill'] as const;
export type Role = (typeof roles)[number];

/** Runs a service until a signal stops it, or an errand to its end. */
export async function runRole(role: Role, config: Config): Promise<void> {
  if (role in errands) return errands[role as keyof typeof errands](config);
  return runService(role as Service, config);
}

async function runMigrations(config: Config): Promise<void> {
  const ran = await migrate(config.DATABASE_URL);
  console.log(ran.length === 0 ? 'The database is up to date.' : `Migrated: ${ran.join(', ')}`);
}

async function runService(role: Service, config: Config): Promise<void> {
  const stopTracing = await traceIfAsked(role, config);
  const metrics = makeMetrics(role);
  const rooms = await wireRooms(role, config, metrics);
  const metricsServer = await serveMetrics(metrics, config.METRICS_PORT, config.HOST);
  const stops: Stop[] = [];
  if (role !== 'api') stops.push(await startWorker(config, rooms));
  if (role !== 'worker') stops.push(await startApi(config, rooms, metrics));
  stopOnSignals(rooms.log, config.DRAIN_SECONDS, async () => {
    await Promise.all(stops.map((stop) => stop()));
    metricsServer.close();
    await rooms.close();
    await stopTracing();
  });
  rooms.log.info({ role, version }, 'ready');
  process.send?.({ type: 'ready', role });
}

async function traceIfAsked(role: Service, config: Config): Promise<StopTracing> {
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return async () => {};
  return startTracing({
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    service: config.OTEL_SERVICE_NAME ?? `rendermart-${role}`,
    version,
    ratio: config.OTEL_TRACES_SAMPLER_ARG,
  });
}

async function startApi(config: Config, rooms: Rooms, metrics: Registry): Promise<Stop> {
  const health = makeHealth(rooms.database, rooms.storage, version);
  const server = await makeApiServer(config, rooms, health, metrics);
  await server.listen({ port: config.PORT, host: config.HOST });
  return async () => {
    health.startDraining();
    await rooms.generation.drainStreams();
    await server.close();
  };
}

async function startWorker(config: Config, rooms: Rooms): Promise<Stop> {
  await rooms.tasks.work();
  const worker = rooms.generation.startWorker({ engines: rooms.engines, capacity: config.WORKER_CAPACITY });
  return () => worker.drain();
}
