import { type PostgresServer, startPostgres } from '@rendermart/postgres';
import { type Part, freePort, startApi, startWorker } from '../../scripts/program/index.ts';
import { type Installation, sleep } from './installation.ts';

export type Victim = 'worker' | 'api' | 'postgres';

/** The installation under test, and the server below it, which may be another one after a kill. */
export interface Wreck {
  installation: Installation;
  postgres: PostgresServer;
  dataDir: string;
}

/** kill -9 of one of the three, and what an orchestrator does then. */
export async function killOne(wreck: Wreck, victim: Victim): Promise<void> {
  if (victim === 'worker') await replaceWorker(wreck.installation);
  else if (victim === 'api') await replaceApi(wreck.installation);
  else wreck.postgres = await replacePostgres(wreck.postgres, wreck.dataDir);
}

/** One of these, whichever. */
export const pickOne = <Item>(items: readonly Item[]): Item => items[Math.floor(Math.random() * items.length)]!;

async function replaceWorker(installation: Installation): Promise<void> {
  const index = Math.floor(Math.random() * installation.workers.length);
  await installation.workers[index]!.kill();
  installation.workers[index] = await startAgain(async () =>
    startWorker({ ...installation.env, METRICS_PORT: String(await freePort()) }),
  );
}

async function replaceApi(installation: Installation): Promise<void> {
  await installation.api.kill();
  installation.api = await startAgain(async () => startApi(installation.env));
}

/** What an orchestrator does: a process that cannot start is started again. */
async function startAgain(start: () => Promise<Part>): Promise<Part> {
  for (let tries = 1; ; tries++) {
    const part = await start();
    const isReady = await part.ready.then(
      () => true,
      (error: unknown) => {
        if (tries >= 10) throw error;
      },
    );
    if (isReady) return part;
    await sleep(200);
  }
}

async function replacePostgres(server: PostgresServer, dataDir: string): Promise<PostgresServer> {
  process.kill(server.pid, 'SIGKILL');
  await server.exited;
  const again = await startPostgres({ dataDir });
  if (again.url !== server.url) throw new Error('PostgreSQL came back under another address');
  return again;
}
