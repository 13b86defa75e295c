import { type Registry, type StopTracing, closeInTime, makeMetrics, serveMetrics, startTracing } from '../platform/index.ts';
import { type Config, ConfigError } from './config.ts';
import { makeHealth } from './health.ts';
import { makeApiServer } from './http.ts';
import { type Stop, stopOnSignals } from './lifecycle.ts';
import { runBackup, runRestore, runRestoreDrill } from './maintenance.ts';
import { migrateDatabase } from './schema-check.ts';
import { version } from './version.ts';
import { type Rooms, wireRooms } from './wire.ts';

type Service = 'api' | 'worker' | 'all';

/** What is done once and ends. */
const errands = {
  migrate: runMigrations,
  backup: runBackup,
  'restore-drill': runRestoreDrill,
  restore: runRestore,
} satisfies Record<string, (config: Config) => Promise<void>>;

export const roles = ['api', 'worker', 'all', 'migrate', 'backup', 'restore-drill', 'restore'] as const;
export type Role = (typeof roles)[number];

/** Runs a service until a signal stops it, or an errand to its end. */
export async function runRole(role: Role, config: Config): Promise<void> {
  if (role in errands) return errands[role as keyof typeof errands](config);
  return runService(role as Service, config);
}

async function runMigrations(config: Config): Promise<void> {
  const ran = await migrateDatabase(config.DATABASE_URL);
  console.log(ran.length === 0 ? 'The database is up to date.' : `Migrated: ${ran.join(', ')}`);
}

async function runService(role: Service, config: Config): Promise<void> {
  const stopTracing = await traceIfAsked(role, config);
  const metrics = makeMetrics(role);
  const rooms = await wireRooms(role, config, metrics);
  const metricsServer = await listening('METRICS_PORT', config, (port, host) => serveMetrics(metrics, port, host));
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

/** Opens a port. One that cannot be had is a mistake of the configuration. */
async function listening<Result>(
  variable: 'PORT' | 'METRICS_PORT',
  config: Config,
  listen: (port: number, host: string) => Promise<Result>,
): Promise<Result> {
  return listen(config[variable], config.HOST).catch((error: { code?: string; message: string }) => {
    if (!/^E(ADDRINUSE|ACCES|ADDRNOTAVAIL)$/.test(error.code ?? '')) throw error;
    throw new ConfigError(
      `${variable} ${config[variable]} cannot be listened on (${error.message}). Stop the program that has it, or set another one, or HOST.`,
    );
  });
}

async function traceIfAsked(role: Service, config: Config): Promise<StopTracing> {
  if (config.OTEL_EXPORTER_OTLP_ENDPOINT === undefined) return async () => {};
  return startTracing({
    endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
    service: config.OTEL_SERVICE_NAME ?? `rendermart-${role}`,
    pageService: `${config.OTEL_SERVICE_NAME ?? 'rendermart'}-page`,
    version,
    ratio: config.OTEL_TRACES_SAMPLER_ARG,
  });
}

async function startApi(config: Config, rooms: Rooms, metrics: Registry): Promise<Stop> {
  const health = makeHealth(rooms.database, rooms.storage, version);
  const server = await makeApiServer(config, rooms, health, metrics);
  await listening('PORT', config, (port, host) => server.listen({ port, host }));
  return async () => {
    health.startDraining();
    await rooms.generation.drainStreams();
    await closeInTime(server, graceMsOf(config));
  };
}

/** The last seconds are for giving back what is not done. */
const graceMsOf = (config: Config) => Math.max(1, config.DRAIN_SECONDS - 5) * 1000;

async function startWorker(config: Config, rooms: Rooms): Promise<Stop> {
  await rooms.tasks.work();
  const worker = rooms.generation.startWorker({
    engines: rooms.engines,
    capacity: config.WORKER_CAPACITY,
    graceMs: graceMsOf(config),
  });
  return () => worker.drain();
}
