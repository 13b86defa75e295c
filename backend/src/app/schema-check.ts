import {
  type Database,
  connectionsBesidesPool,
  readConnectionBudget,
  refuseConnections,
  schemaState,
} from '../platform/index.ts';
import { ConfigError } from './config.ts';

/** Throws a ConfigError, one line with the cure, unless the database answers and has a schema that this program can live with. */
export async function checkDatabase(database: Database): Promise<void> {
  try {
    await database.pool.query('select 1');
  } catch (error) {
    throw new ConfigError(
      `DATABASE_URL leads to a database that does not answer: ${(error as Error).message}. Is the server running, and are name and password right?`,
    );
  }
  const state = await schemaState(database.pool);
  if (state === 'behind') {
    throw new ConfigError(
      'DATABASE_URL leads to a database whose schema is older than this program. Run the migrations first: main.ts migrate',
    );
  }
  if (state === 'newer') {
    throw new ConfigError(
      'DATABASE_URL leads to a database whose schema is newer than this program can live with: a newer version has migrated it. Run the version that did, or a later one.',
    );
  }
}

/** Throws a ConfigError when this process, and those that run, may open more connections than the server allows. Answers how many it may open. */
export async function checkConnections(
  database: Database,
  role: keyof typeof connectionsBesidesPool,
  poolSize: number,
): Promise<number> {
  const needed = poolSize + connectionsBesidesPool[role];
  const refusal = refuseConnections(await readConnectionBudget(database.pool), poolSize, needed);
  if (refusal !== undefined) throw new ConfigError(refusal);
  return needed;
}
