import type { Benchmark } from './benchmark.ts';
import { type Installation, nowMs, openInstallation, percentile, round, sleep, smallPicture, until } from './installation.ts';

const p50MsMax = 10;
const p99MsMax = 40;
const samples = 300;
const warmUps = 30;

/** From the moment the request leaves the client until the worker's attempt begins, with nothing else to do. */
export default {
  title: "time from POST to the worker's start at idle: p50 at most 10 ms, p99 at most 40 ms",
  async run({ databaseUrl, log }) {
    const installation = await openInstallation({ databaseUrl });
    try {
      const times: number[] = [];
      for (let index = -warmUps; index < samples; index++) {
        const ms = await measureOne(installation);
        if (index >= 0) times.push(ms);
      }
      const [p50Ms, p99Ms] = [round(percentile(times, 0.5)), round(percentile(times, 0.99))];
      log(`${samples} requests: p50 ${p50Ms} ms, p99 ${p99Ms} ms, most ${round(Math.max(...times))} ms`);
      return { samples, p50Ms, p50MsMax, p99Ms, p99MsMax, ok: p50Ms <= p50MsMax && p99Ms <= p99MsMax };
    } finally {
      await installation.stop();
    }
  },
} satisfies Benchmark;

async function measureOne({ admin, database }: Installation): Promise<number> {
  const sentAt = nowMs();
  const { id } = await admin.ask(smallPicture);
  let startedAt = 0;
  await until(
    'it started',
    async () => {
      const { rows } = await database.query<{ at: string | null; done: boolean }>(
        'select extract(epoch from started_at) * 1000 as at, finished_at is not null as done from generation.generations where id = $1',
        [id],
      );
      startedAt = Number(rows[0]!.at);
      return rows[0]!.done;
    },
    30_000,
    10,
  );
  // Thumbnails and such are done by then: the next request meets an idle program.
  await sleep(30);
  return startedAt - sentAt;
}
