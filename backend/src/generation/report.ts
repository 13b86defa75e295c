import type { QueueReport } from '@rendermart/contract';
import type { GenerationDeps } from './deps.ts';
import * as store from './store-queue.ts';

const peopleShown = 100;

/** What waits, what runs, and who works: for administrators. */
export async function readQueueReport({
  database,
  accounts,
}: Pick<GenerationDeps, 'database' | 'accounts'>): Promise<QueueReport> {
  const reader = database.read;
  const [models, people, workers, lastHour] = await Promise.all([
    store.readModelQueues(reader),
    store.readQueuedPeople(reader, peopleShown),
    store.readWorkers(reader),
    store.readLastHour(reader),
  ]);
  const names = await accounts.namesOf(
    reader,
    people.map((person) => person.id),
  );
  return {
    models,
    people: people.map((person) => ({ ...person, name: names.get(person.id) ?? '' })),
    workers: workers.map((worker) => ({
      ...worker,
      startedAt: worker.startedAt.toISOString(),
      lastSeenAt: worker.lastSeenAt.toISOString(),
    })),
    lastHour,
  };
}
