import fs from 'node:fs';
import http from 'node:http';
import type { Benchmark } from './benchmark.ts';
import { type Installation, openInstallation, percentile, round, sleep, smallPicture } from './installation.ts';

const streams = 2_000;
const memoryMbMax = 200;
const heardMsMax = 500;
const rounds = 5;

/** Many open event streams on one API process: what they weigh, and how soon all of an account's hear of a new generation. */
export default {
  title: '2,000 open event streams on one API process in at most 200 MB, all hearing of an event within 500 ms',
  async run({ databaseUrl, log }) {
    const installation = await openInstallation({ databaseUrl });
    const { api, admin } = installation;
    const ears: Ear[] = [];
    try {
      await warmUp(installation);
      const idleMb = residentMb(api.pid);
      for (let index = 0; index < streams; index += 50)
        ears.push(...(await Promise.all(Array.from({ length: 50 }, () => openEar(installation.origin, admin.cookie)))));
      await sleep(3_000);
      const memoryMb = round(residentMb(api.pid) - idleMb);
      const times: number[] = [];
      for (let count = 0; count < rounds; count++) times.push(...(await hearOne(installation, ears)));
      const peakMb = round(residentMb(api.pid) - idleMb);
      const [heardP50Ms, heardMaxMs] = [round(percentile(times, 0.5)), round(Math.max(...times))];
      log(
        `${ears.length} streams: ${memoryMb} MB open, ${peakMb} MB after ${rounds} generations; heard after ${heardP50Ms} ms (p50), ${heardMaxMs} ms (last)`,
      );
      return {
        streams: ears.length,
        idleMb: round(idleMb),
        memoryMb,
        peakMb,
        memoryMbMax,
        heardP50Ms,
        heardMaxMs,
        heardMsMax,
        ok: Math.max(memoryMb, peakMb) <= memoryMbMax && heardMaxMs <= heardMsMax,
      };
    } finally {
      for (const ear of ears) ear.close();
      await installation.stop();
    }
  },
} satisfies Benchmark;

interface Ear {
  /** When this stream first spoke of the generation. */
  heard(id: string): Promise<number>;
  close(): void;
}

/** One stream, read with as little work as possible: the reader must not be what is measured. */
function openEar(origin: string, cookie: string): Promise<Ear> {
  let waiting: { id: string; resolve: (at: number) => void } | undefined;
  return new Promise((resolve, reject) => {
    const request = http.get(`${origin}/api/events`, { headers: { cookie }, agent: false }, (response) => {
      response.setEncoding('latin1');
      response.on('error', () => undefined);
      response.on('data', (text: string) => {
        if (!waiting || !text.includes(waiting.id)) return;
        waiting.resolve(performance.now());
        waiting = undefined;
      });
      resolve({
        heard: (id) =>
          new Promise((hear) => {
            waiting = { id, resolve: hear };
          }),
        close: () => request.destroy(),
      });
    });
    request.on('error', reject);
  });
}

/** Milliseconds from the request until each stream spoke of the generation. */
async function hearOne({ admin }: Installation, ears: Ear[]): Promise<number[]> {
  // The id is the server's to give: an idle moment before, the streams are told to listen for this prompt.
  const mark = `mark-${Math.random().toString(36).slice(2)}`;
  const heard = Promise.all(ears.map((ear) => ear.heard(mark)));
  const sentAt = performance.now();
  await admin.ask({ ...smallPicture, prompt: mark });
  const times = (await heard).map((at) => at - sentAt);
  await sleep(1_000);
  return times;
}

/** The first requests load what every process loads once; that is not the streams' weight. */
async function warmUp({ admin, origin }: Installation): Promise<void> {
  const ear = await openEar(origin, admin.cookie);
  for (let index = 0; index < 50; index++) await admin.ask(smallPicture);
  await sleep(3_000);
  ear.close();
}

/** Memory of a process that is in use: what the kernel counts (Linux). */
function residentMb(pid: number): number {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) / 1024;
}
