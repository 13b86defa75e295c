import type { Database, Log, Reader } from '../../platform/index.ts';
import type { PresentGenerations } from '../present.ts';
import { readGenerations } from '../store.ts';
import { readPreviews } from '../store-run.ts';
import type { GenerationView } from '../tables.ts';
import { formatEvent } from './format.ts';

export interface FanOut {
  /** Something of these generations changed: reads each row once and tells all streams of its account. */
  changed(accountId: string, generationId: string): void;
  previewed(accountId: string, generationId: string): void;
  /**
   * Tells these again, and all that it told of as running: a process that is killed after it committed their end rings no bell.
   * What it tells, resuming would not miss.
   */
  refresh(ids: readonly string[]): Promise<void>;
}

/** Gives a text to every open stream of an account. */
export type Tell = (accountId: string, key: string, text: string) => void;

/** Gathers what changed while the last reading was going on, so that a burst of changes costs a few readings. */
export function makeFanOut(parts: { database: Database; present: PresentGenerations; tell: Tell; log: Log }): FanOut {
  const { database, present, tell, log } = parts;
  let changed = new Map<string, string>();
  let previewed = new Map<string, string>();
  let reading = false;
  const running = new Set<string>();

  async function tellOf(ids: readonly string[], refresh: boolean): Promise<void> {
    for (const { id, state } of await tellRows(database.read, present, ids, tell, refresh)) {
      if (state === 'running') running.add(id);
      else running.delete(id);
    }
  }

  async function readOn(): Promise<void> {
    if (reading) return;
    reading = true;
    try {
      while (changed.size > 0 || previewed.size > 0) {
        const [rows, previews] = [changed, previewed];
        [changed, previewed] = [new Map(), new Map()];
        if (rows.size > 0) await tellOf([...rows.keys()], false);
        if (previews.size > 0) await tellPreviews(database.read, previews, tell);
      }
    } catch (error) {
      // The next change, refresh or reconnection of the listener tells the truth again.
      log.warn({ error }, 'changes could not be read for the event streams');
    } finally {
      reading = false;
    }
  }

  return {
    changed(accountId, generationId) {
      changed.set(generationId, accountId);
      void readOn();
    },
    previewed(accountId, generationId) {
      previewed.set(generationId, accountId);
      void readOn();
    },
    refresh: (ids) => tellOf([...new Set([...ids, ...running])], true),
  };
}

/** Reads these generations, tells their owners, and answers them. `refresh` leaves the id out: it tells nothing that resuming would miss. */
export async function tellRows(
  reader: Reader,
  present: PresentGenerations,
  ids: readonly string[],
  tell: Tell,
  refresh = false,
): Promise<GenerationView[]> {
  if (ids.length === 0) return [];
  const order = new Map(ids.map((id, index) => [id, index]));
  const rows = (await readGenerations(reader, ids)).sort((one, other) => order.get(one.id)! - order.get(other.id)!);
  const byAccount = Map.groupBy(rows, (row: GenerationView) => row.account_id);
  await Promise.all(
    [...byAccount].map(async ([accountId, own]) => {
      for (const generation of await present(reader, accountId, own)) {
        tell(
          accountId,
          generation.id,
          formatEvent({ type: 'generation', generation }, refresh ? undefined : generation.sequence),
        );
      }
    }),
  );
  return rows;
}

async function tellPreviews(reader: Reader, ids: ReadonlyMap<string, string>, tell: Tell): Promise<void> {
  for (const { generationId, index, step, dataUrl } of await readPreviews(reader, [...ids.keys()])) {
    tell(
      ids.get(generationId)!,
      `preview ${generationId}`,
      formatEvent({ type: 'preview', generationId, index, step, picture: dataUrl }),
    );
  }
}
