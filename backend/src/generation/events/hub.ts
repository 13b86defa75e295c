import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Actor, Failure } from '../../platform/index.ts';
import { channels } from '../channels.ts';
import type { GenerationDeps } from '../deps.ts';
import type { GenerationMetrics } from '../metrics.ts';
import type { PresentGenerations } from '../present.ts';
import { latestSequence, listFirstQueued } from '../store.ts';
import { type Repetition, every } from '../every.ts';
import { type Tell, makeFanOut, tellRows } from './fan-out.ts';
import { formatEvent, parseLastEventId } from './format.ts';
import { replaySince } from './replay.ts';
import { type EventStream, makeEventStream } from './stream.ts';

export interface EventHub {
  /** Takes over the answer of `GET /api/events` and keeps it open. */
  open(actor: Actor, request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Says goodbye to all and refuses new ones: this process is stopping. */
  drain(): Promise<void>;
}

interface OpenStream extends EventStream {
  accountId: string;
  /** What proves who reads, to ask again when sessions of the account change. */
  credentials: Headers;
}

type HubDeps = Pick<GenerationDeps, 'database' | 'listener' | 'accounts' | 'log'> & { present: PresentGenerations; figures: GenerationMetrics };

const heartbeatMs = 20_000;
/** How often the places of waiting wishes are told again: they change without a change of their rows. */
const placesMs = 3_000;
const placesEach = 20;
/** Sessions expire without a word; asked this often, one outlives its end by minutes at most. */
const heartbeatsBetweenChecks = 15;
const streamHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
  connection: 'keep-alive',
};
const signedOut = formatEvent({ type: 'goodbye', reason: 'signed_out' });
// Spread over some seconds, so that a restart does not bring everybody back at once.
const restarting = () => `retry: ${500 + Math.floor(Math.random() * 4_000)}\n${formatEvent({ type: 'goodbye', reason: 'restarting' })}`;

/** All event streams of this process. One listening connection and one reading a change serve all of them. */
export function makeEventHub(deps: HubDeps): EventHub {
  const { database, listener, accounts, log, present, figures } = deps;
  const source = { reader: database.read, present };
  const streams = new Map<string, Set<OpenStream>>();
  /** What had been told for certain a while ago: from here on is told again after the listening connection broke. */
  let told: number | null = null;
  let draining = false;

  const all = () => [...streams.values()].flatMap((set) => [...set]);
  const tell: Tell = (accountId, key, text) => streams.get(accountId)?.forEach((stream) => stream.send(key, text));
  const fanOut = makeFanOut({ database, present, tell, log });

  function add(stream: OpenStream): void {
    const set = streams.get(stream.accountId) ?? new Set();
    streams.set(stream.accountId, set.add(stream));
    figures.openStreams.inc();
  }

  function remove(stream: OpenStream): void {
    const set = streams.get(stream.accountId);
    if (!set?.delete(stream)) return;
    if (set.size === 0) streams.delete(stream.accountId);
    figures.openStreams.dec();
  }

  function drop(stream: OpenStream): void {
    figures.droppedStreams.inc();
    remove(stream);
    stream.destroy();
  }

  async function recheck(suspects: Iterable<OpenStream>): Promise<void> {
    for (const stream of suspects) {
      // A database that is away proves nothing; a key or session that is refused does.
      const gone = await accounts.authenticate(stream.credentials).then((actor) => actor === null, (error: unknown) => error instanceof Failure);
      if (gone) stream.end(signedOut);
    }
  }

  async function catchUp(): Promise<void> {
    if (streams.size === 0) return;
    const since = told ?? 0;
    told = await latestSequence(database.read);
    for (const accountId of streams.keys()) await replaySince(source, accountId, since, tell);
    await recheck(all());
  }

  async function greet(stream: OpenStream, lastEventId: number | null): Promise<void> {
    const latest = await latestSequence(database.read);
    told ??= latest;
    stream.sendNow(formatEvent({ type: 'hello', heartbeatMs }, lastEventId ?? latest));
    if (lastEventId === null) return;
    await replaySince(source, stream.accountId, lastEventId, (_account, _key, text) => stream.sendNow(text), stream.drained);
  }

  const onBell = (act: (account: string, id: string) => void) => (payload: unknown) => {
    const { account, id } = payload as { account: string; id: string };
    if (streams.has(account)) act(account, id);
  };
  const warn = (what: string) => (error: unknown) => log.warn({ error }, `${what} of the event streams failed; it is tried again`);
  const tellImage = (payload: unknown) => {
    const { accountId, imageId } = payload as { accountId: string; imageId: string };
    tell(accountId, `image ${imageId}`, formatEvent({ type: 'image', imageId }));
  };
  const silence = [
    listener.on(channels.imageReady, tellImage),
    listener.on(channels.changed, onBell(fanOut.changed)),
    listener.on(channels.previewed, onBell(fanOut.previewed)),
    listener.onReconnect(() => void catchUp().catch(warn('catching up'))),
    accounts.onAccountChange(({ accountId, kind }) => { if (kind !== 'weight') void recheck([...(streams.get(accountId) ?? [])]); }),
  ];

  let beats = 0;
  async function beat(): Promise<void> {
    for (const stream of all()) if (!stream.beat()) drop(stream);
    if (streams.size === 0) return;
    told = await latestSequence(database.read);
    if (++beats % heartbeatsBetweenChecks === 0) await recheck(all());
  }

  async function tellPlaces(): Promise<void> {
    if (streams.size === 0) return;
    await tellRows(database.read, present, await listFirstQueued(database.read, [...streams.keys()], placesEach), tell, true);
  }

  // A process without streams, such as a worker, has nothing to repeat.
  let repetitions: Repetition[] | undefined;
  const begin = () => (repetitions ??= [every(heartbeatMs, beat, warn('the heartbeat')), every(placesMs, tellPlaces, warn('telling places'))]);

  return {
    async open(actor, request, reply) {
      const stream = openStream(actor, request, reply);
      if (draining) return stream.end(restarting());
      begin();
      stream.hold();
      add(stream);
      reply.raw.on('close', () => remove(stream));
      await greet(stream, parseLastEventId(request.headers['last-event-id'])).catch((error: unknown) => {
        log.warn({ error }, 'an event stream could not be resumed');
        stream.end(restarting());
      });
      stream.release();
    },
    async drain() {
      draining = true;
      for (const stop of silence) stop();
      await Promise.all(repetitions?.map((repetition) => repetition.stop()) ?? []);
      for (const stream of all()) stream.end(restarting());
    },
  };
}

/** Takes the answer out of the framework's hands. Headers that other parts have set, such as those for security, stay. */
function openStream(actor: Actor, request: FastifyRequest, reply: FastifyReply): OpenStream {
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
  reply.raw.writeHead(200, { ...streamHeaders, 'x-request-id': request.id });
  reply.raw.flushHeaders();
  reply.raw.on('error', () => {});
  request.raw.socket.setNoDelay(true);
  return Object.assign(makeEventStream(reply.raw), { accountId: actor.accountId, credentials: credentialsOf(request) });
}

const credentialHeaders = ['cookie', 'authorization', 'x-api-key'] as const;

/** Only what proves who reads: thousands of streams must not keep all headers of their requests. */
function credentialsOf(request: FastifyRequest): Headers {
  const headers = new Headers();
  for (const name of credentialHeaders) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  return headers;
}
