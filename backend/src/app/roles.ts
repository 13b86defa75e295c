import { type Registry, makeMetrics, migrate, serveMetrics } from '../platform/index.ts';
import type { Config } from './config.ts';
import { makeHealth } from './health.ts';
import { makeApiServer } from './http.ts';
import { type Stop, stopOnSignals } from './lifecycle.ts';
import { version } from './version.ts';
import { type Rooms, wireRooms } from './wire.ts';

export const roles = ['api', 'worker', 'all', 'migrate'] as const;
export type Role = (typeof roles)[number];

/** Runs a role until a signal stops it. */
export async function runRole(role: Role, config: Config): Promise<void> {
  if (role === 'migrate') {
    const ran = await migrate(config.DATABASE_URL);
    console.log(ran.length === 0 ? 'The database is up to date.' : `Migrated: ${ran.join(', ')}`);
    return;
  }
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
  });
  rooms.log.info({ role, version }, 'ready');
  process.send?.({ type: 'ready', role });
}

async function startApi(config: Config, rooms: Rooms, metrics: Registry): Promise<Stop> {
  const health = makeHealth(rooms.database, version);
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
