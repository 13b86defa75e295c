import type { StreamEvent } from '@rendermart/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../../platform/index.ts';
import { channels } from '../channels.ts';
import type { GenerationDeps } from '../deps.ts';
import { type Repetition, every } from '../every.ts';
import type { GenerationMetrics } from '../metrics.ts';
import type { PresentGenerations } from '../present.ts';
import { latestSequence, listFirstQueued } from '../store.ts';
import { type Audience, makeAudience } from './audience.ts';
import { type FanOut, makeFanOut } from './fan-out.ts';
import { formatEvent, parseLastEventId } from './format.ts';
import { type OpenStream, openStream } from './open-stream.ts';
import { replaySince } from './replay.ts';

export interface EventHub {
  /** Takes over the answer of `GET /api/events` and keeps it open. */
  open(actor: Actor, request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Says goodbye to all and refuses new ones: this process is stopping. */
  drain(): Promise<void>;
}

type HubDeps = Pick<GenerationDeps, 'database' | 'listener' | 'accounts' | 'log'> & {
  present: PresentGenerations;
  figures: GenerationMetrics;
};

const heartbeatMs = 20_000;
/** How often the places of waiting wishes are told again: they change without a change of their rows. */
const placesMs = 3_000;
const placesEach = 20;
/** Sessions expire without a word; asked this often, one outlives its end by minutes at most. */
const heartbeatsBetweenChecks = 15;
// Spread over some seconds, so that a restart does not bring everybody back at once.
const restarting = () =>
  `retry: ${500 + Math.floor(Math.random() * 4_000)}\n${formatEvent({ type: 'goodbye', reason: 'restarting' })}`;

/** All event streams of this process. One listening connection and one reading a change serve all of them. */
export function makeEventHub(deps: HubDeps): EventHub {
  const { database, log, present } = deps;
  const source = { reader: database.read, present };
  const audience = makeAudience(deps);
  const fanOut = makeFanOut({ database, present, tell: audience.tell, log });
  /** What had been told for certain a while ago: from here on is told again after the listening connection broke. */
  let told: number | null = null;
  let draining = false;
  let repetitions: Repetition[] | undefined;

  async function catchUp(): Promise<void> {
    const since = told ?? 0;
    if (audience.accountIds().length === 0) return;
    told = await latestSequence(database.read);
    for (const accountId of audience.accountIds()) await replaySince(source, accountId, since, audience.tell);
    await audience.recheck();
  }

  async function greet(stream: OpenStream, lastEventId: number | null): Promise<void> {
    const latest = await latestSequence(database.read);
    told ??= latest;
    stream.sendNow(formatEvent({ type: 'hello', heartbeatMs }, lastEventId ?? latest));
    if (lastEventId === null) return;
    await replaySince(source, stream.accountId, lastEventId, (_account, _key, text) => stream.sendNow(text), stream.drained);
  }

  let beats = 0;
  async function beat(): Promise<void> {
    audience.beat();
    told = await latestSequence(database.read);
    if (++beats % heartbeatsBetweenChecks === 0) await audience.recheck();
  }

  const tellPlaces = async (): Promise<void> =>
    fanOut.refresh(await listFirstQueued(database.read, audience.accountIds(), placesEach));

  const warn = (what: string) => (error: unknown) =>
    log.warn({ error }, `${what} of the event streams failed; it is tried again`);
  const silence = hearBells(deps, audience, fanOut, () => void catchUp().catch(warn('catching up')));

  return {
    async open(actor, request, reply) {
      const stream = openStream(actor, request, reply);
      // Gone while we asked who they are: there will be no `close` any more that takes the stream away.
      if (reply.raw.destroyed) return;
      if (draining) return stream.end(restarting());
      // A process without streams, such as a worker, has nothing to repeat.
      repetitions ??= [every(heartbeatMs, beat, warn('the heartbeat')), every(placesMs, tellPlaces, warn('telling places'))];
      stream.hold();
      audience.add(stream);
      reply.raw.on('close', () => audience.remove(stream));
      await greet(stream, parseLastEventId(request.headers['last-event-id'])).catch((error: unknown) => {
        warn('greeting')(error);
        stream.end(restarting());
      });
      stream.release();
    },
    async drain() {
      draining = true;
      silence();
      await Promise.all(repetitions?.map((repetition) => repetition.stop()) ?? []);
      for (const stream of audience.all()) stream.end(restarting());
    },
  };
}

/** Lets bells of all processes reach the streams of this one. Returns how to stop. */
function hearBells({ listener, accounts }: HubDeps, audience: Audience, fanOut: FanOut, catchUp: () => void): () => void {
  const ofListeners = (act: (accountId: string, id: string) => void) => (payload: unknown) => {
    const { account, id } = payload as { account: string; id: string };
    if (audience.has(account)) act(account, id);
  };
  const stops = [
    listener.on(channels.changed, ofListeners(fanOut.changed)),
    listener.on(channels.previewed, ofListeners(fanOut.previewed)),
    listener.on(channels.imageReady, (payload) => {
      const { accountId, imageId } = payload as { accountId: string; imageId: string };
      audience.tell(accountId, `image ${imageId}`, formatEvent({ type: 'image', imageId }));
    }),
    listener.on(channels.news, (payload) => {
      const { accountId, event } = payload as { accountId: string; event: Extract<StreamEvent, { type: 'sale' }> };
      audience.tell(accountId, `sale ${event.purchaseId}`, formatEvent(event));
    }),
    listener.onReconnect(catchUp),
    accounts.onAccountChange(({ accountId, kind }) => {
      if (kind !== 'weight') void audience.recheck(accountId);
    }),
  ];
  return () => stops.forEach((stop) => stop());
}
