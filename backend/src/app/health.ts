import { Failure, type Storage, schemaState, type Database, type Handlers } from '../platform/index.ts';

export interface Health {
  handlers: Handlers<'healthLive' | 'healthReady'>;
  /** From now on the process says that it is not ready, so that the balancer sends no new requests. */
  startDraining(): void;
}

const answerWithinMs = 1_000;
// Probes come every few seconds; the image store is asked at most this often, and the schema until it fits.
const storageAskedEveryMs = 10_000;

/**
 * `live` speaks for the process alone. `ready` also asks the database, its schema and the image store, each within a second:
 * a process that could not serve a picture does not say that it is ready.
 */
export function makeHealth(
  database: Database,
  storage: Pick<Storage, 'reach'>,
  version: string,
  everyMs = storageAskedEveryMs,
): Health {
  let draining = false;
  let schemaFits = false;
  const reachStorage = atMostEvery(everyMs, () => storage.reach());
  return {
    startDraining: () => void (draining = true),
    handlers: {
      healthLive: async () => ({ status: 'live' }),
      healthReady: async () => {
        if (draining) throw unready('The service is stopping.');
        await within(database.pool.query('select 1'), 'The database');
        if (!schemaFits) refuseSchema(await within(schemaState(database.pool), 'The database'));
        schemaFits = true;
        await within(reachStorage(), 'The image store');
        return { status: 'ready', version };
      },
    },
  };
}

function refuseSchema(state: Awaited<ReturnType<typeof schemaState>>): void {
  if (state === 'behind') throw unready('The database schema is older than this program. Run the migrations.');
  if (state === 'newer')
    throw unready('The database schema is newer than this program can live with. Run the version that migrated it.');
}

const unready = (message: string, cause?: unknown) => new Failure('unavailable', { message, cause });

async function within<Result>(work: Promise<Result>, what: string): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(unready(`${what} does not answer in time.`)), answerWithinMs);
  });
  const answered = work.catch((error: unknown) => {
    throw unready(`${what} does not answer.`, error);
  });
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}

/** The same work for all who ask within a time; what failed is tried again by the next. */
function atMostEvery(everyMs: number, work: () => Promise<void>): () => Promise<void> {
  let last: { at: number; outcome: Promise<void> } | undefined;
  return () => {
    if (!last || performance.now() - last.at > everyMs) {
      const outcome = work();
      last = { at: performance.now(), outcome };
      outcome.catch(() => (last = undefined));
    }
    return last.outcome;
  };
}
