import { type Database, schemaState } from '../platform/index.ts';
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
  if ((await schemaState(database.pool)) === 'behind') {
    throw new ConfigError(
      'DATABASE_URL leads to a database whose schema is older than this program. Run the migrations first: main.ts migrate',
    );
  }
}
