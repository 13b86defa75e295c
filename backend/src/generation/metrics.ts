import { Counter, Gauge, Histogram } from 'prom-client';
import { type Database, type Registry, gaugeFromDatabase } from '../platform/index.ts';
import { readModelQueues } from './store-queue.ts';

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3600];
// Depth and age are counted in the database: once for scrapers that ask together.
const countEveryMs = 10_000;

export type GenerationMetrics = ReturnType<typeof makeGenerationMetrics>;

/** What operators can watch of this room. */
export function makeGenerationMetrics(registry: Registry, database: Database) {
  const registers = [registry];
  registerQueueGauges(registry, database);
  return {
    requested: new Counter({
      name: 'rendermart_generations_requested_total',
      help: 'Generations asked for',
      labelNames: ['model'],
      registers,
    }),
    ended: new Counter({
      name: 'rendermart_generations_ended_total',
      help: 'Generations that a worker of this process ended',
      labelNames: ['model', 'state'],
      registers,
    }),
    waitSeconds: new Histogram({
      name: 'rendermart_generation_wait_seconds',
      help: 'From the request to the first start',
      labelNames: ['model'],
      buckets: seconds,
      registers,
    }),
    runSeconds: new Histogram({
      name: 'rendermart_generation_run_seconds',
      help: 'From the start of an attempt to its end',
      labelNames: ['model'],
      buckets: seconds,
      registers,
    }),
    images: new Counter({ name: 'rendermart_images_total', help: 'Images drawn and stored', labelNames: ['model'], registers }),
    liveDrawings: new Counter({
      name: 'rendermart_live_drawings_total',
      help: 'Drawings for people who typed, by outcome: drawn, busy (no worker was free) or replaced',
      labelNames: ['outcome'],
      registers,
    }),
    failures: new Counter({
      name: 'rendermart_engine_failures_total',
      help: 'Failed attempts by kind of failure',
      labelNames: ['kind'],
      registers,
    }),
    leasesLost: new Counter({
      name: 'rendermart_leases_lost_total',
      help: 'Attempts of this process whose lease was lost',
      registers,
    }),
    leasesReaped: new Counter({
      name: 'rendermart_leases_reaped_total',
      help: 'Attempts of silent workers that this process put back',
      registers,
    }),
    running: new Gauge({ name: 'rendermart_generations_running', help: 'Attempts that run in this process', registers }),
    openStreams: new Gauge({ name: 'rendermart_event_streams_open', help: 'Open event streams of this process', registers }),
    droppedStreams: new Counter({
      name: 'rendermart_event_streams_dropped_total',
      help: 'Event streams closed because their reader was too slow',
      registers,
    }),
  };
}

function registerQueueGauges(registry: Registry, database: Database): void {
  let counted: ReturnType<typeof readModelQueues> | undefined;
  let countedAt = -Infinity;
  const count = () => {
    if (performance.now() - countedAt > countEveryMs) {
      countedAt = performance.now();
      counted = readModelQueues(database.read);
    }
    return counted!;
  };
  const labelNames = ['model' as const];
  gaugeFromDatabase(registry, { name: 'rendermart_queue_depth', help: 'Generations that wait', labelNames }, async () =>
    (await count()).map(({ modelId, queued }) => ({ labels: { model: modelId }, value: queued })),
  );
  const age = { name: 'rendermart_queue_age_seconds', help: 'How long the oldest waiting generation has waited', labelNames };
  gaugeFromDatabase(registry, age, async () =>
    (await count()).map(({ modelId, oldestQueuedMs }) => ({ labels: { model: modelId }, value: (oldestQueuedMs ?? 0) / 1000 })),
  );
}
