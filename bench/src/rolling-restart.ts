import { randomUUID } from 'node:crypto';
import { ApiFailure, type Client, makeClient } from '@rendermart/client';
import { type Balancer, fetchThrough, readBase, startBalancer } from '../../deploy/test/index.ts';
import { type Part, freePort, startApi, startWorker } from '../../scripts/program/index.ts';
import type { Benchmark } from './benchmark.ts';
import { type Installation, openInstallation, sleep, smallPicture, until } from './installation.ts';
import { openBuyers } from './market-people.ts';

const users = 50;
const passes = Number(process.env['RESTART_PASSES'] ?? 2);
const host = 'myapp.example.com';
// As long as the balancer needs to forget a copy; in the cluster preStop waits 20 s for that.
const forgottenMs = 1_000;
const settleMs = 120_000;

/** Restarts every copy in turn, as a roll-out does, while people generate and watch; then looks for whatever was lost. */
export default {
  title:
    '2 APIs and 2 workers behind the balancer, restarted in turn while 50 people generate and watch: nothing fails, nothing is lost',
  async run({ databaseUrl, log }) {
    const installation = await openInstallation({ databaseUrl, workers: 0, stepMs: 20 });
    const balancer = await startBalancer(readBase().find(({ kind }) => kind === 'Ingress')!);
    const fleet = await openFleet(installation, balancer);
    const people: Watcher[] = [];
    try {
      for (const { cookie } of await openBuyers(installation, users, '0')) people.push(watch(balancer.port, cookie));
      await until('everybody watches', async () => people.every((person) => person.seen.opened > 0));
      await sleep(2_000);
      const restarts = await rollAll(fleet, log);
      await sleep(2_000);
      for (const person of people) person.stopAsking();
      await Promise.all(people.map((person) => person.asked));
      const accepted = people.reduce((sum, person) => sum + person.accepted.size, 0);
      log(`${accepted} generations were accepted; waiting until everybody saw theirs end`);
      await until('everybody saw the end', async () => people.every(sawAll), settleMs).catch((error: Error) =>
        log(error.message),
      );
      const faults = await findFaults(people);
      return {
        users,
        restarts,
        accepted,
        ...faults,
        ok: restarts === 4 * passes && accepted > users && sum(faults) === faults.reconnects && faults.reconnects > 0,
      };
    } finally {
      for (const person of people) await person.close();
      await balancer.stop();
      await fleet.stop();
      await installation.stop();
    }
  },
} satisfies Benchmark;

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);

interface Fleet {
  copies: { role: 'API' | 'worker'; part: Part; address: string }[];
  start(role: 'API' | 'worker'): Promise<{ part: Part; address: string }>;
  /** Tells the balancer which copies stand behind it. */
  announce(): void;
  stop(): Promise<void>;
}

async function openFleet({ env }: Installation, balancer: Balancer): Promise<Fleet> {
  const fleet: Fleet = {
    copies: [],
    async start(role) {
      const port = await freePort();
      const own = {
        ...env,
        PORT: String(port),
        METRICS_PORT: String(await freePort()),
        TRUSTED_PROXIES: '127.0.0.1',
        PUBLIC_URL: `http://${host}`,
      };
      const part = role === 'API' ? startApi(own) : startWorker(own);
      await part.ready;
      return { part, address: `127.0.0.1:${port}` };
    },
    announce: () =>
      balancer.setTargets(
        'backend-service',
        fleet.copies.filter(({ role }) => role === 'API').map(({ address }) => address),
      ),
    stop: async () => void (await Promise.all(fleet.copies.map(({ part }) => part.stop(10_000)))),
  };
  for (const role of ['API', 'API', 'worker', 'worker'] as const) fleet.copies.push({ role, ...(await fleet.start(role)) });
  fleet.announce();
  return fleet;
}

/** maxSurge 1, maxUnavailable 0: a new copy is ready before the old one is told to stop. Answers how many stopped well. */
async function rollAll(fleet: Fleet, log: (line: string) => void): Promise<number> {
  let stoppedWell = 0;
  for (let count = 0; count < passes * fleet.copies.length; count++) {
    const index = count % fleet.copies.length;
    const old = fleet.copies[index]!;
    fleet.copies[index] = { role: old.role, ...(await fleet.start(old.role)) };
    fleet.announce();
    await sleep(forgottenMs);
    const { code, lastLines } = await old.part.stop();
    if (code === 0) stoppedWell++;
    else lastLines.forEach((line) => log(line));
    log(`${old.role} ${index + 1} was replaced; the old one ended with ${code}`);
  }
  return stoppedWell;
}

/** A person who asks for a picture again and again, and watches what becomes of it. */
interface Watcher {
  client: Client;
  accepted: Map<string, number>;
  ended: Set<string>;
  failures: string[];
  /** Streams: how often one was opened, was told goodbye, and broke without a word. */
  seen: { opened: number; goodbyes: number; cut: number };
  stopAsking(): void;
  asked: Promise<void>;
  close(): Promise<void>;
}

function watch(port: number, cookie: string): Watcher {
  const through = fetchThrough(port, host);
  const client = makeClient({
    fetch: (address, init) => through(address, { ...init, headers: { ...(init?.headers as Record<string, string>), cookie } }),
  });
  const [asking, watching] = [new AbortController(), new AbortController()];
  const person: Watcher = {
    client,
    accepted: new Map(),
    ended: new Set(),
    failures: [],
    seen: { opened: 0, goodbyes: 0, cut: 0 },
    stopAsking: () => asking.abort(),
    asked: Promise.resolve(),
    close: () => (watching.abort(), asking.abort(), watched),
  };
  const watched = listen(person, watching.signal);
  person.asked = ask(person, asking.signal);
  return person;
}

async function listen(person: Watcher, signal: AbortSignal): Promise<void> {
  let saidGoodbye = false;
  const onState = (state: 'open' | 'waiting', failure?: ApiFailure) => {
    if (failure) person.failures.push(`stream: ${failure.code}`);
    if (state === 'open') person.seen.opened++;
    else if (!saidGoodbye && !signal.aborted) person.seen.cut++;
    saidGoodbye = false;
  };
  for await (const event of person.client.events({ signal, onState })) {
    if (event.type === 'goodbye') {
      saidGoodbye = true;
      person.seen.goodbyes++;
    }
    if (event.type === 'generation' && event.generation.finishedAt !== null) person.ended.add(event.generation.id);
  }
}

/** Every answer counts: nothing is asked twice, so that a failure cannot hide. */
async function ask(person: Watcher, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const count = 1 + Math.floor(Math.random() * 2);
    try {
      const { id } = await person.client.generationCreate({ body: { ...smallPicture, count }, idempotencyKey: randomUUID() });
      person.accepted.set(id, count);
      await person.client.generationRead({ params: { id } });
    } catch (error) {
      person.failures.push(error instanceof ApiFailure ? `request: ${error.code}` : String(error));
    }
    await sleep(500 + Math.random() * 1_500);
  }
}

const sawAll = ({ accepted, ended }: Watcher) => [...accepted.keys()].every((id) => ended.has(id));

/** Everything that must be zero, except `reconnects`, which must not. */
async function findFaults(people: Watcher[]) {
  let [notSucceeded, lostImages] = [0, 0];
  for (const { client, accepted } of people)
    for (const [id, count] of accepted) {
      const { state, images } = await client.generationRead({ params: { id } });
      if (state !== 'succeeded') notSucceeded++;
      const files = await Promise.all(
        images.map((image) => client.imageFile({ params: { id: image.id } }).then(sizeOf, () => 0)),
      );
      lostImages += count - files.filter((size) => size > 0).length;
    }
  const total = (of: (person: Watcher) => number) => people.reduce((all, person) => all + of(person), 0);
  const failures = people.flatMap((person) => person.failures);
  for (const failure of new Set(failures)) console.log(`${failures.filter((one) => one === failure).length} × ${failure}`);
  return {
    failedRequests: failures.length,
    notSucceeded,
    lostImages,
    endsNotSeen: total(({ accepted, ended }) => [...accepted.keys()].filter((id) => !ended.has(id)).length),
    cutStreams: total(({ seen }) => seen.cut),
    reconnects: total(({ seen }) => seen.opened - 1),
  };
}

const sizeOf = async (answer: Response) => (await answer.arrayBuffer()).byteLength;
