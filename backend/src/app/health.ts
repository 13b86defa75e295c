import { Failure, schemaState, type Database, type Handlers } from '../platform/index.ts';

export interface Health {
  handlers: Handlers<'healthLive' | 'healthReady'>;
  /** From now on the process says that it is not ready, so that the balancer sends no new requests. */
  startDraining(): void;
}

const databaseTimeoutMs = 1_000;

/** `live` speaks for the process alone; `ready` also asks the database and its schema, within one second. */
export function makeHealth(database: Database, version: string): Health {
  let draining = false;
  let schemaFits = false;
  return {
    startDraining: () => void (draining = true),
    handlers: {
      healthLive: async () => ({ status: 'live' }),
      healthReady: async () => {
        if (draining) throw new Failure('unavailable', { message: 'The service is stopping.' });
        await withTimeout(database.pool.query('select 1'), databaseTimeoutMs);
        schemaFits ||= (await schemaState(database.pool)) !== 'behind';
        if (!schemaFits)
          throw new Failure('unavailable', { message: 'The database schema is older than this program. Run the migrations.' });
        return { status: 'ready', version };
      },
    },
  };
}

async function withTimeout<Result>(work: Promise<Result>, timeoutMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Failure('unavailable', { message: 'The database does not answer in time.' })), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
