import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Database, openDatabase } from '../platform/index.ts';
import { testDatabase, type TestDatabase } from '../testing/index.ts';
import { makeQueue } from './queue.ts';
import { listGenerations, readGenerations } from './store.ts';
import { claim, finish, requeue } from './store-run.ts';
import { setWeight } from './store-workers.ts';
import type { ClaimedRow } from './tables.ts';
import { addModels, addWish, findLaneErrors } from './testing/wishes.ts';

let server: TestDatabase;
let database: Database;

beforeAll(async () => {
  server = await testDatabase();
  database = openDatabase({ url: server.url, poolSize: 16, applicationName: 'schedule-test' });
  await addModels(database);
});
beforeEach(() =>
  sql`truncate generation.generations, generation.attempts, generation.lanes, generation.progress, generation.run_times`.execute(
    database.read,
  ),
);
afterAll(async () => {
  await database.close();
  await server.close();
});

const people = (count: number) => Array.from({ length: count }, () => randomUUID());
const take = (count = 1) => claim(database.read, { engine: 'fake', workerId: 'w', count, leaseMs: 60_000 });
const leaseOf = (row: ClaimedRow) => ({ generationId: row.id, attemptId: row.attempt_id });

async function queue(accountId: string, count: number, facts: { weight?: number; work?: number } = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) ids.push(await addWish(database, { accountId, ...facts }));
  return ids;
}

/** Claims everything with some workers at the same time and answers whose turn came when. */
async function drainWith(workers: number): Promise<string[]> {
  const order: { accountId: string; startedAt: number; id: string }[] = [];
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (let rows = await take(); rows.length > 0; rows = await take()) {
        for (const row of rows) order.push({ accountId: row.account_id, startedAt: row.started_at!.getTime(), id: row.id });
      }
    }),
  );
  // Sequences are handed out under the scheduler's lock, so they tell the true order of the claims.
  const sequences = new Map(
    (
      await readGenerations(
        database.read,
        order.map((row) => row.id),
      )
    ).map((row) => [row.id, row.sequence]),
  );
  return order.toSorted((one, other) => sequences.get(one.id)! - sequences.get(other.id)!).map((row) => row.accountId);
}

const countOf = (items: string[], item: string) => items.filter((other) => other === item).length;

test('one person who queued 40 does not delay another who queues one', async () => {
  const [greedy, modest] = people(2) as [string, string];
  await queue(greedy, 40);
  await take(5);
  const [single] = await queue(modest, 1);
  expect((await take())[0]!.id).toBe(single);
  expect(await findLaneErrors(database)).toEqual([]);
});

test.each([1, 8])('weights are honoured exactly by %d workers at once', async (workers) => {
  const [one, three, six] = people(3) as [string, string, string];
  await queue(one, 60, { weight: 1 });
  await queue(three, 60, { weight: 3 });
  await queue(six, 60, { weight: 6 });
  const order = await drainWith(workers);
  expect(order).toHaveLength(180);
  // While all three wait, every ten turns hold one, three and six; the first turns may differ by one.
  for (const turns of [20, 50, 90]) {
    const first = order.slice(0, turns);
    for (const [person, weight] of [
      [one, 1],
      [three, 3],
      [six, 6],
    ] as const) {
      expect(Math.abs(countOf(first, person) - (turns * weight) / 10)).toBeLessThanOrEqual(1.5);
    }
  }
  expect(await findLaneErrors(database)).toEqual([]);
});

test('work counts, not the number of wishes', async () => {
  const [large, small] = people(2) as [string, string];
  await queue(large, 10, { work: 4 });
  await queue(small, 40, { work: 1 });
  const first = (await drainWith(1)).slice(0, 25);
  expect([countOf(first, large), countOf(first, small)]).toEqual([5, 20]);
});

test('idleness is not saved up', async () => {
  const [busy, idle] = people(2) as [string, string];
  await queue(busy, 30);
  await queue(idle, 1);
  await take(21);
  await queue(idle, 10);
  const next = await take(10);
  // Half of the turns; the last may go either way.
  expect([5, 6]).toContain(
    countOf(
      next.map((row) => row.account_id),
      idle,
    ),
  );
});

test('a new weight counts from the next turn on', async () => {
  const [one, other] = people(2) as [string, string];
  await queue(one, 40);
  await queue(other, 40);
  await take(10);
  await setWeight(database.read, one, 4);
  const next = (await take(20)).map((row) => row.account_id);
  expect(Math.abs(countOf(next, one) - 16)).toBeLessThanOrEqual(1);
});

test('what a worker gives back comes first of its lane, and its turn does not count', async () => {
  const [one, other] = people(2) as [string, string];
  await queue(one, 5);
  await queue(other, 5);
  const [first] = await take(2);
  await database.tx((tx) =>
    requeue(tx, leaseOf(first!), { outcome: 'released', detail: '', delayMs: 0, strike: false, postpone: false, refund: true }),
  );
  const next = await take(3);
  expect(next[0]!.id).toBe(first!.id);
  expect(new Set(next.slice(1).map((row) => row.account_id))).toEqual(new Set([one, other]));
  expect(await findLaneErrors(database)).toEqual([]);
});

test('no wish is claimed twice, however many claim', async () => {
  for (const person of people(5)) await queue(person, 20);
  const claimed = (await Promise.all(Array.from({ length: 12 }, () => take(10)))).flat().map((row) => row.id);
  expect(claimed).toHaveLength(100);
  expect(new Set(claimed).size).toBe(100);
});

test('a wish that somebody holds locked is passed over, not waited for', async () => {
  const [person] = people(1) as [string];
  const [first, second] = await queue(person, 2);
  await database.tx(async (tx) => {
    await sql`select from generation.generations where id = ${first} for update`.execute(tx);
    expect((await take(2)).map((row) => row.id)).toEqual([second]);
  });
  expect((await take(2)).map((row) => row.id)).toEqual([first]);
});

test('the place that people are told is the place in which they are drawn', async () => {
  const weights = [1, 2, 5];
  const lanes = people(3);
  for (let index = 0; index < 24; index++) await addWish(database, { accountId: lanes[index % 3]!, weight: weights[index % 3]! });
  await take(4);
  const waiting = (
    await Promise.all(
      lanes.map((accountId) => listGenerations(database.read, { accountId, before: null, state: 'active', limit: 50 })),
    )
  ).flat();
  const queued = waiting.filter((row) => row.state === 'queued');
  const places = await makeQueue().placesOf(database.read, queued);
  const drawn = await take(50);
  const told = drawn.map((row) => places.get(row.id)!.position);
  expect(told).toHaveLength(20);
  // Shares are real numbers: equal start tags apart by rounding may swap neighbours.
  for (const [index, position] of told.entries()) expect(Math.abs(position - (index + 1))).toBeLessThanOrEqual(1);
});

test('an estimate needs a run and a worker, then it is there', async () => {
  const [person] = people(1) as [string];
  await queue(person, 3);
  const [drawn] = await take(1);
  const estimates = async () => {
    const rows = await listGenerations(database.read, { accountId: person, before: null, state: 'active', limit: 50 });
    return [...(await makeQueue().placesOf(database.read, rows)).values()].map((place) => place.estimate);
  };
  expect(await estimates()).toEqual([null, null]);
  await database.tx((tx) =>
    finish(tx, leaseOf(drawn!), {
      state: 'succeeded',
      failureCode: null,
      detail: null,
      landed: [0],
      warnings: [],
      msPerWork: 100,
    }),
  );
  await sql`insert into generation.workers (id, engines, capacity, running) values ('w', '{fake}', 1, 0) on conflict do nothing`.execute(
    database.read,
  );
  expect((await estimates()).map((estimate) => estimate?.likelyMs)).toEqual([200, 100]);
});
