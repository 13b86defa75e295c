import type { Benchmark, BenchmarkContext } from './benchmark.ts';
import { type Installation, type Person, openInstallation, round, smallPicture, until } from './installation.ts';

const weightErrorMax = 0.05;
const shares = { Bea: 1, Cem: 2, Dag: 4 };
const queuedEach = 500;
const measuredTurns = 700;
const workers = 2;
// One job at a time each, so that jobs and workers are the same number.
const capacity = 1;

/** Whether a long queue of one person delays another, and whether weights are what people get. */
export default {
  title:
    "beside 500 queued jobs of one person, another's single job starts after at most one job a worker; weights hold within 5 %",
  async run(context) {
    const installation = await openInstallation({ databaseUrl: context.databaseUrl, workers, capacity, stepMs: 5 });
    try {
      const startedBefore = await measureSingle(installation, context);
      const weights = await measureWeights(installation, context);
      const worstError = Math.max(...Object.values(weights).map((weight) => weight.error));
      const startedBeforeMax = workers * capacity;
      return {
        startedBefore,
        startedBeforeMax,
        weights,
        worstError,
        weightErrorMax,
        ok: Math.max(...startedBefore) <= startedBeforeMax && worstError <= weightErrorMax,
      };
    } finally {
      await installation.stop();
    }
  },
} satisfies Benchmark;

/** Jobs of anybody that were started between the request of the single job and its own start, ten times. */
async function measureSingle({ admin, database, addPerson }: Installation, { log }: BenchmarkContext): Promise<number[]> {
  const modest = await addPerson('Modest');
  await whileBlocked(admin, () => askMany(admin, 500));
  const startedBefore: number[] = [];
  for (let index = 0; index < 10; index++) {
    const { id } = await modest.ask(smallPicture);
    await until(
      'the single job started',
      async () => (await modest.client.generationRead({ params: { id } })).startedAt !== null,
    );
    const { rows } = await database.query<{ n: string }>(
      `
      select count(*) as n from generation.generations other, generation.generations mine
      where mine.id = $1 and other.id <> mine.id and other.started_at > mine.created_at and other.started_at < mine.started_at`,
      [id],
    );
    startedBefore.push(Number(rows[0]!.n));
  }
  log(`jobs started before the single one: ${startedBefore.join(', ')}`);
  await until(
    'the long queue is empty',
    async () => (await admin.client.generationList({ query: { state: 'active' } })).items.length === 0,
  );
  return startedBefore;
}

/** The shares of people whose queues never run dry, over some hundred turns. */
async function measureWeights({ admin, database, addPerson }: Installation, { log }: BenchmarkContext) {
  const people = new Map<string, Person>();
  for (const [name, weight] of Object.entries(shares)) people.set(name, await addPerson(name, weight));
  const ids = [...people.values()].map((person) => person.id);
  await whileBlocked(admin, () => Promise.all([...people.values()].map((person) => askMany(person, queuedEach))));
  const started = 'from generation.generations where account_id = any($1) and started_at is not null';
  await until(
    'enough is drawn',
    async () => Number((await database.query(`select count(*) as n ${started}`, [ids])).rows[0].n) >= measuredTurns,
    300_000,
  );
  const { rows } = await database.query<{ account_id: string; n: string }>(
    `select account_id, count(*) as n from (select account_id ${started} order by started_at limit $2) as first group by account_id`,
    [ids, measuredTurns],
  );
  const total = Object.values(shares).reduce((sum, weight) => sum + weight, 0);
  return Object.fromEntries(
    [...people].map(([name, person]) => {
      const share = Number(rows.find((row) => row.account_id === person.id)?.n ?? 0) / measuredTurns;
      const promised = shares[name as keyof typeof shares] / total;
      log(`${name}: ${round(share * 100)} % drawn, ${round(promised * 100)} % promised`);
      return [
        name,
        { share: round(share, 3), promised: round(promised, 3), error: round(Math.abs(share - promised) / promised, 3) },
      ];
    }),
  );
}

async function askMany(person: Person, count: number): Promise<void> {
  let left = count;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (left-- > 0) await person.ask(smallPicture);
    }),
  );
}

/** Keeps every worker busy with something slow, so that all queues are full before the first turn. */
async function whileBlocked(admin: Person, fill: () => Promise<unknown>): Promise<void> {
  const blocking = await Promise.all(
    Array.from({ length: workers * capacity }, () => admin.ask({ ...smallPicture, prompt: 'x [slow 600000]' })),
  );
  await until('all workers are busy', async () => {
    const states = await Promise.all(blocking.map(({ id }) => admin.client.generationRead({ params: { id } })));
    return states.every((generation) => generation.state === 'running');
  });
  await fill();
  await Promise.all(blocking.map(({ id }) => admin.client.generationCancel({ params: { id } })));
}
