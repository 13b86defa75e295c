import type { CronTask, Tx } from '../platform/index.ts';
import type { GenerationDeps } from './deps.ts';
import { settlePrice } from './payment.ts';
import { forgetLive } from './store-live.ts';
import { expireOverdue, forgetOld } from './store-sweep.ts';
import { forgetOldTraces } from './traces.ts';

const batch = 500;

/** What is done for all processes once in a while. */
export function makeCrons({ database, charges }: Pick<GenerationDeps, 'database' | 'charges'>): CronTask[] {
  return [
    {
      name: 'generation.expire',
      cron: '* * * * *',
      async handle(signal) {
        while (!signal.aborted && (await database.tx((tx) => expireSome(charges, tx))) > 0);
      },
    },
    { name: 'generation.forget', cron: '17 * * * *', handle: () => forgetOld(database.read) },
    { name: 'generation.forget-live', cron: '* * * * *', handle: () => forgetLive(database.read) },
    { name: 'generation.forget-traces', cron: '27 * * * *', handle: () => forgetOldTraces(database.read) },
  ];
}

/** Ends some wishes that waited too long and frees what was set aside for them, in one transaction. */
async function expireSome(charges: GenerationDeps['charges'], tx: Tx): Promise<number> {
  const { expired, held } = await expireOverdue(tx, batch);
  for (const ended of held) await settlePrice(charges, tx, ended);
  return expired;
}
