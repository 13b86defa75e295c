import type { Reader } from '../platform/index.ts';
import { type Lane, type Pace, estimate, paceOf, placeInQueue } from './queue-rules.ts';
import * as store from './store-queue.ts';
import type { GenerationRow } from './tables.ts';

export interface QueuePlace {
  position: number;
  estimate: { lowMs: number; likelyMs: number; highMs: number } | null;
}

export interface Queue {
  /** Where waiting wishes stand and how long they have to wait, by id. Asks the database a few small questions an engine. */
  placesOf(reader: Reader, rows: readonly GenerationRow[]): Promise<Map<string, QueuePlace>>;
}

// The more lanes there are, the more it costs to read them, and the less a moment matters.
const lanesFreshMs = (lanes: number) => Math.min(250, lanes);
const paceFreshMs = 1_000;

interface EnginePace {
  paces: Map<string, Pace | null>;
  enginePace: Pace | null;
  workRunning: number;
  slots: number;
}

export function makeQueue(): Queue {
  const lanesOf = keepFor(
    (reader, engine) => store.readLanes(reader, engine),
    (lanes) => lanesFreshMs(lanes.length),
  );
  const paceOfEngine = keepFor(readEnginePace, () => paceFreshMs);
  return {
    async placesOf(reader, rows) {
      const waiting = rows.filter((row) => row.state === 'queued');
      const engines = [...new Set(waiting.map((row) => row.engine))];
      const queues = new Map(
        await Promise.all(
          engines.map(
            async (engine) => [engine, await Promise.all([lanesOf(reader, engine), paceOfEngine(reader, engine)])] as const,
          ),
        ),
      );
      return new Map(waiting.map((row) => [row.id, placeOf(row, ...queues.get(row.engine)!)]));
    },
  };
}

/** Remembers what was read for each engine, for as long as the answer says. */
function keepFor<Value>(read: (reader: Reader, engine: string) => Promise<Value>, freshMs: (value: Value) => number) {
  const kept = new Map<string, { until: number; value: Value }>();
  return async (reader: Reader, engine: string): Promise<Value> => {
    const found = kept.get(engine);
    if (found && found.until > performance.now()) return found.value;
    const askedAt = performance.now();
    const value = await read(reader, engine);
    kept.set(engine, { until: askedAt + freshMs(value), value });
    return value;
  };
}

async function readEnginePace(reader: Reader, engine: string): Promise<EnginePace> {
  const [runTimes, drawing] = await Promise.all([store.readRunTimes(reader, engine), store.readDrawing(reader, engine)]);
  const byModel = Map.groupBy(runTimes, (time) => time.modelId);
  return {
    paces: new Map([...byModel].map(([modelId, times]) => [modelId, paceOf(times.map((time) => time.msPerWork))])),
    enginePace: paceOf(runTimes.map((time) => time.msPerWork)),
    ...drawing,
  };
}

function placeOf(row: GenerationRow, lanes: readonly Lane[], pace: EnginePace): QueuePlace {
  const { imagesAhead, workAhead } = placeInQueue(
    { accountId: row.account_id, laneMark: row.lane_mark, count: row.count },
    lanes,
  );
  const { workRunning, slots, enginePace } = pace;
  const own = pace.paces.get(row.model_id) ?? null;
  return {
    position: imagesAhead + 1,
    estimate: estimate({ work: row.work, workAhead, workRunning, slots, own, engine: enginePace }),
  };
}
