import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startPostgres, type PostgresServer } from './start.ts';

/** How to run a server that nobody will miss. */
export interface StartThrowAwayPostgres {
  /** true: every commit reaches the disk, as in production (benchmarks). false: nothing is synced (tests), 3x faster. */
  durable?: boolean;
  settings?: Record<string, string>;
}

const unsynced = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** Starts a server in a new temporary folder, which goes when it stops or when this process dies. */
export async function startThrowAwayPostgres(how: StartThrowAwayPostgres = {}): Promise<PostgresServer> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rendermart-pg-'));
  const remove = () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const server = await startPostgres({
      dataDir: path.join(folder, 'data'),
      settings: { max_connections: '300', ...(how.durable ? {} : unsynced), ...how.settings },
      removeOnDeath: folder,
    });
    return { ...server, stop: () => server.stop().then(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}
