import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ImageEngine } from '@rendermart/engine';
import { channels } from '../channels.ts';
import type { GenerationDeps } from '../deps.ts';
import { claim, renewLeases } from '../store-run.ts';
import { resumeParked } from '../store-sweep.ts';
import { ensureClocks, removeWorker, reportWorker } from '../store-workers.ts';
import type { ClaimedRow } from '../tables.ts';
import { every } from '../every.ts';
import { reapSilent } from './reap.ts';
import { type RunDeps, type StopReason, runAttempt } from './run.ts';

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

interface Running {
  stop: AbortController;
  settled: Promise<void>;
}

/** Starts to claim and draw. Comes back by itself when the database was away. */
export function startWorker(deps: RunDeps & Pick<GenerationDeps, 'listener'>, config: WorkerConfig): Worker {
  const id = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const { database, listener, log, figures } = deps;
  const engines = [...config.engines.keys()];
  const runs = new Map<string, Running>();
  let draining = false;

  function start(row: ClaimedRow): void {
    const stop = new AbortController();
    if (row.attempts === 1) figures.waitSeconds.observe({ model: row.model_id }, (row.started_at!.getTime() - row.created_at.getTime()) / 1000);
    const settled = runAttempt(deps, row, config.engines.get(row.engine)!, stop.signal).finally(() => {
      runs.delete(row.attempt_id);
      figures.running.set(runs.size);
      void pull();
    });
    runs.set(row.attempt_id, { stop, settled });
    // Somebody asked for this before the last attempt broke.
    if (row.cancel_requested) stop.abort('cancelled' satisfies StopReason);
    figures.running.set(runs.size);
  }

  function tell(attemptId: string, reason: StopReason): void {
    runs.get(attemptId)?.stop.abort(reason);
  }

  const pull = makePuller({
    engines,
    free: () => (draining ? 0 : config.capacity - runs.size),
    claim: (engine, count) => claim(database.read, { engine, workerId: id, count, leaseMs }),
    start,
    onError: (error) => log.warn({ error }, 'claiming failed; the next sweep tries again'),
  });

  async function beat(): Promise<void> {
    // Only of runs that were there before the question can the answer be missing.
    const asked = [...runs.keys()];
    const held = await renewLeases(database.read, id, leaseMs);
    const stillHeld = new Set(held.map((lease) => lease.attemptId));
    for (const attemptId of asked) if (!stillHeld.has(attemptId)) tell(attemptId, 'lost');
    for (const lease of held) if (lease.cancelRequested) tell(lease.attemptId, 'cancelled');
    await reportWorker(database.read, { id, engines, capacity: config.capacity, running: runs.size });
  }

  async function sweep(): Promise<void> {
    await reapSilent(deps);
    while ((await resumeParked(database.read)) > 0);
    await pull();
  }

  const warn = (what: string) => (error: unknown) => log.warn({ error }, `${what} failed; it is tried again`);
  const heartbeat = every(heartbeatMs, beat, warn('the heartbeat'));
  const sweeps = every(sweepMs, sweep, warn('the sweep'));
  const silence = [
    listener.on(channels.queued, (engine) => { if (config.engines.has(String(engine))) void pull(); }),
    listener.on(channels.cancel, (payload) => tell((payload as { attempt: string }).attempt, 'cancelled')),
    listener.onReconnect(() => void heartbeat.now()),
  ];
  ensureClocks(database.read, engines).then(() => Promise.all([heartbeat.now(), pull()])).catch(warn('the first look'));
  log.info({ workerId: id, engines, capacity: config.capacity }, 'worker started');

  return {
    id,
    async drain() {
      draining = true;
      await sweeps.stop();
      // A claim that is on its way would be nobody's otherwise.
      await pull();
      const all = () => Promise.all([...runs.values()].map((run) => run.settled));
      await withinTime(all(), config.graceMs ?? defaultGraceMs);
      for (const attemptId of runs.keys()) tell(attemptId, 'released');
      await all();
      await heartbeat.stop();
      for (const stop of silence) stop();
      await removeWorker(database.read, id).catch(() => {});
      log.info({ workerId: id }, 'worker drained');
    },
  };
}

async function withinTime(work: Promise<unknown>, ms: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, late]);
  clearTimeout(timer);
}

interface PullerParts {
  engines: readonly string[];
  free(): number;
  claim(engine: string, count: number): Promise<ClaimedRow[]>;
  start(row: ClaimedRow): void;
  onError(error: unknown): void;
}

/** Claims as much as the worker has room for; resolves when that is done. A bell that rings meanwhile makes it look once more. */
function makePuller({ engines, free, claim, start, onError }: PullerParts): () => Promise<void> {
  let pulling: Promise<void> | undefined;
  let again = false;
  let turn = 0;

  /** Engines take turns in being asked first, so that none of them keeps a small worker to itself. */
  async function fill(): Promise<void> {
    turn++;
    for (let step = 0; step < engines.length && free() > 0; step++) {
      const rows = await claim(engines[(turn + step) % engines.length]!, free());
      rows.forEach(start);
    }
  }

  async function pullOn(): Promise<void> {
    try {
      while (again) {
        again = false;
        await fill();
      }
    } catch (error) {
      onError(error);
    } finally {
      pulling = undefined;
    }
  }

  return () => {
    again = true;
    return (pulling ??= pullOn());
  };
}
