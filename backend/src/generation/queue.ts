import type { Reader } from '../platform/index.ts';
import { type Pace, estimate, paceOf, placeInQueue } from './queue-rules.ts';
import * as store from './store-queue.ts';
import type { GenerationRow } from './tables.ts';

export interface QueuePlace {
  position: number;
  estimate: { lowMs: number; likelyMs: number; highMs: number } | null;
}

export interface Queue {
  /** Where waiting wishes stand and how long they have to wait, by id. Asks the database a few small questions an engine, at most every quarter of a second. */
  placesOf(reader: Reader, rows: readonly GenerationRow[]): Promise<Map<string, QueuePlace>>;
}

// A place that is this old is as good as a new one: it changes while the answer travels.
const freshForMs = 250;

interface EngineQueue {
  lanes: Awaited<ReturnType<typeof store.readLanes>>;
  paces: Map<string, Pace | null>;
  enginePace: Pace | null;
  workRunning: number;
  slots: number;
}

export function makeQueue(): Queue {
  const kept = new Map<string, { until: number; value: Promise<EngineQueue> }>();

  function queueOf(reader: Reader, engine: string): Promise<EngineQueue> {
    const now = performance.now();
    const found = kept.get(engine);
    if (found && found.until > now) return found.value;
    const value = readEngineQueue(reader, engine);
    kept.set(engine, { until: now + freshForMs, value });
    value.catch(() => kept.delete(engine));
    return value;
  }

  return {
    async placesOf(reader, rows) {
      const places = new Map<string, QueuePlace>();
      for (const row of rows) {
        if (row.state === 'queued') places.set(row.id, placeOf(row, await queueOf(reader, row.engine)));
      }
      return places;
    },
  };
}

async function readEngineQueue(reader: Reader, engine: string): Promise<EngineQueue> {
  const [lanes, runTimes, drawing] = await Promise.all([store.readLanes(reader, engine), store.readRunTimes(reader, engine), store.readDrawing(reader, engine)]);
  const byModel = Map.groupBy(runTimes, (time) => time.modelId);
  return {
    lanes,
    paces: new Map([...byModel].map(([modelId, times]) => [modelId, paceOf(times.map((time) => time.msPerWork))])),
    enginePace: paceOf(runTimes.map((time) => time.msPerWork)),
    ...drawing,
  };
}

function placeOf(row: GenerationRow, queue: EngineQueue): QueuePlace {
  const { imagesAhead, workAhead } = placeInQueue({ accountId: row.account_id, laneMark: row.lane_mark, count: row.count }, queue.lanes);
  const { workRunning, slots, enginePace } = queue;
  const own = queue.paces.get(row.model_id) ?? null;
  return { position: imagesAhead + 1, estimate: estimate({ work: row.work, workAhead, workRunning, slots, own, engine: enginePace }) };
}
