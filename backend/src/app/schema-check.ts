import {
  type Database,
  MigrationBlocked,
  SchemaMismatch,
  connectionsBesidesPool,
  migrate,
  readConnectionBudget,
  refuseConnections,
  schemaState,
} from '../platform/index.ts';
import { ConfigError } from './config.ts';

function unreachable(error: unknown): ConfigError {
  // Where a name has several addresses, the error of each is inside.
  const { message, errors } = error as AggregateError;
  const said = message || (errors[0] as Error).message;
  return new ConfigError(
    `DATABASE_URL leads to a database that does not answer: ${said}. Is the server running, and are name and password right?`,
  );
}

/** Migrates and answers what ran. Throws a ConfigError when the database does not answer, is kept locked, or was migrated by something else. */
export async function migrateDatabase(url: string): Promise<string[]> {
  return migrate(url, { tell: (line) => console.log(line) }).catch((error: unknown) => {
    if (error instanceof MigrationBlocked) throw new ConfigError(error.message);
    if (error instanceof SchemaMismatch)
      throw new ConfigError(`DATABASE_URL leads to a database that does not fit: ${error.message}`);
    throw orUnreachable(error);
  });
}

/** What an error of a new connection means: a ConfigError with the cure when the database does not answer, else the error itself. */
export function orUnreachable(error: unknown): unknown {
  // The network's codes begin with E; class 28 is a refused name or password, 3D a database that is not there.
  return /^(E[A-Z]+|28...|3D...|57P03)$/.test((error as { code?: string }).code ?? '') ? unreachable(error) : error;
}

/** Throws a ConfigError, one line with the cure, unless the database answers and has a schema that this program can live with. */
export async function checkDatabase(database: Database): Promise<void> {
  try {
    await database.pool.query('select 1');
  } catch (error) {
    throw unreachable(error);
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
