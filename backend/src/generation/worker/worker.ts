import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ImageEngine } from '@rendermart/engine';
import type { Reader } from '../../platform/index.ts';
import { channels } from '../channels.ts';
import type { GenerationDeps } from '../deps.ts';
import { claim, renewLeases } from '../store-run.ts';
import { resumeParked } from '../store-sweep.ts';
import { type WorkerReport, ensureClocks, removeWorker, reportWorker } from '../store-workers.ts';
import { every } from '../every.ts';
import { makeLiveDrawer } from './live.ts';
import { makePuller } from './puller.ts';
import { reapSilent } from './reap.ts';
import type { RunDeps } from './run.ts';
import { type Running, makeRunning } from './running.ts';
import { warmUpDefault } from './warm-up.ts';

export interface WorkerConfig {
  engines: ReadonlyMap<string, ImageEngine>;
  /** Wishes that are drawn at the same time, whatever their engine. */
  capacity: number;
  /** How long `drain` lets running wishes finish before it gives them back. 20 s unless said otherwise. */
  graceMs?: number;
}

export interface Worker {
  readonly id: string;
  /** Claims nothing more, lets what runs finish within the grace time, and puts the rest back to the front of the queue. */
  drain(): Promise<void>;
}

// A dead worker is noticed after the lease and at most one sweep: 9 s, well below the 15 s that were promised.
const leaseMs = 8_000;
const heartbeatMs = 2_000;
const sweepMs = 1_000;
const defaultGraceMs = 20_000;

/** Starts to claim and draw. Comes back by itself when the database was away. */
export function startWorker(deps: RunDeps & Pick<GenerationDeps, 'listener'>, config: WorkerConfig): Worker {
  const id = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const { database, listener, log } = deps;
  const engines = [...config.engines.keys()];
  const running = makeRunning(deps, config.engines, () => {
    void pull();
    live.look();
  });
  const live = makeLiveDrawer(deps, config.engines, () => !draining && running.count() === 0);
  let draining = false;

  const pull = makePuller({
    engines,
    free: () => (draining ? 0 : config.capacity - running.count()),
    claim: (engine, count) => claim(database.read, { engine, workerId: id, count, leaseMs }),
    start: (row) => {
      live.giveWay();
      running.start(row);
    },
    onError: (error) => log.warn({ error }, 'claiming failed; the next sweep tries again'),
  });

  async function beat(): Promise<void> {
    await renew(database.read, running);
    await reportWorker(database.read, reportOf(id, config, running.count()));
  }

  async function sweep(): Promise<void> {
    await reapSilent(deps);
    while ((await resumeParked(database.read)) > 0);
    await pull();
  }

  const warn = (what: string) => (error: unknown) => log.warn({ error }, `${what} failed; it is tried again`);
  const heartbeat = every(heartbeatMs, beat, warn('the heartbeat'));
  const sweeps = every(sweepMs, sweep, warn('the sweep'));
  const silence = hearBells(listener, {
    queued: (engine) => void (config.engines.has(engine) && pull()),
    live: live.look,
    cancel: (attemptId) => running.stop(attemptId, 'cancelled'),
    reconnected: () => void heartbeat.now(),
  });
  ensureClocks(database.read, engines)
    .then(() => Promise.all([heartbeat.now(), pull()]))
    .catch(warn('the first look'));
  const warming = new AbortController();
  void warmUpDefault(deps, config.engines, warming.signal);
  log.info({ workerId: id, engines, capacity: config.capacity }, 'worker started');

  return {
    id,
    async drain() {
      draining = true;
      warming.abort();
      live.giveWay();
      await sweeps.stop();
      // A claim that is on its way would be nobody's otherwise.
      await pull();
      await withinTime(running.settled(), config.graceMs ?? defaultGraceMs);
      for (const attemptId of running.attemptIds()) running.stop(attemptId, 'released');
      await Promise.all([running.settled(), live.settled()]);
      await heartbeat.stop();
      silence();
      await removeWorker(database.read, id).catch(() => {});
      log.info({ workerId: id }, 'worker drained');
    },
  };
}

/** How a worker is, models in memory included. */
function reportOf(id: string, { engines, capacity }: WorkerConfig, running: number): WorkerReport {
  const loaded = [...engines].flatMap(([engine, { loaded: models }]) => (models?.() ?? []).map((one) => ({ engine, ...one })));
  return { id, engines: [...engines.keys()], capacity, running, loaded };
}

/** Prolongs the leases of what runs here. Runs whose lease is gone, or that somebody cancelled, are told to stop. */
async function renew(reader: Reader, running: Running): Promise<void> {
  // Nothing else of this worker: an attempt that it could not end, or never heard that it had claimed, is for the reaper.
  // One whose claim is being answered at this moment has a fresh lease, which lasts until the next time.
  const asked = running.attemptIds();
  if (asked.length === 0) return;
  const held = await renewLeases(reader, asked, leaseMs);
  const stillHeld = new Set(held.map((lease) => lease.attemptId));
  for (const attemptId of asked) if (!stillHeld.has(attemptId)) running.stop(attemptId, 'lost');
  for (const lease of held) if (lease.cancelRequested) running.stop(lease.attemptId, 'cancelled');
}

interface Hearer {
  queued(engine: string): void;
  live(): void;
  cancel(attemptId: string): void;
  reconnected(): void;
}

/** Lets bells of all processes reach this worker. Returns how to stop. */
function hearBells(listener: GenerationDeps['listener'], hearer: Hearer): () => void {
  const stops = [
    listener.on(channels.queued, (engine) => hearer.queued(String(engine))),
    listener.on(channels.live, () => hearer.live()),
    listener.on(channels.cancel, (payload) => hearer.cancel((payload as { attempt: string }).attempt)),
    listener.onReconnect(() => hearer.reconnected()),
  ];
  return () => stops.forEach((stop) => stop());
}

async function withinTime(work: Promise<unknown>, ms: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, late]);
  clearTimeout(timer);
}
