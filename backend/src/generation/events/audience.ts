import { Failure } from '../../platform/index.ts';
import type { GenerationDeps } from '../deps.ts';
import type { GenerationMetrics } from '../metrics.ts';
import type { Tell } from './fan-out.ts';
import { formatEvent } from './format.ts';
import type { OpenStream } from './open-stream.ts';

/** Everybody who listens to this process, by account. */
export interface Audience {
  add(stream: OpenStream): void;
  remove(stream: OpenStream): void;
  all(): OpenStream[];
  accountIds(): string[];
  has(accountId: string): boolean;
  /** Gives a text to every stream of an account. */
  tell: Tell;
  /** Keeps proxies from closing, and gives up readers that have stopped reading. */
  beat(): void;
  /** Asks again who reads, and says goodbye to those whose session or key has ended. Everybody, unless an account is named. */
  recheck(accountId?: string): Promise<void>;
}

const signedOut = formatEvent({ type: 'goodbye', reason: 'signed_out' });

export function makeAudience({ accounts, figures }: Pick<GenerationDeps, 'accounts'> & { figures: GenerationMetrics }): Audience {
  const streams = new Map<string, Set<OpenStream>>();
  const all = () => [...streams.values()].flatMap((set) => [...set]);

  function remove(stream: OpenStream): void {
    const set = streams.get(stream.accountId);
    if (!set?.delete(stream)) return;
    if (set.size === 0) streams.delete(stream.accountId);
    figures.openStreams.dec();
  }

  return {
    all,
    remove,
    add(stream) {
      const set = streams.get(stream.accountId) ?? new Set();
      streams.set(stream.accountId, set.add(stream));
      figures.openStreams.inc();
    },
    accountIds: () => [...streams.keys()],
    has: (accountId) => streams.has(accountId),
    tell: (accountId, key, text) => streams.get(accountId)?.forEach((stream) => stream.send(key, text)),
    beat() {
      for (const stream of all()) {
        if (stream.beat()) continue;
        figures.droppedStreams.inc();
        remove(stream);
        stream.destroy();
      }
    },
    async recheck(accountId) {
      const suspects = accountId === undefined ? all() : [...(streams.get(accountId) ?? [])];
      for (const stream of suspects) {
        // A database that is away proves nothing; a key or session that is refused does.
        const gone = await accounts.authenticate(stream.credentials).then(
          (actor) => actor === null,
          (error: unknown) => error instanceof Failure,
        );
        if (gone) stream.end(signedOut);
      }
    },
  };
}
