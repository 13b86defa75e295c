import type { CronTask } from '../platform/index.ts';
import type { GenerationDeps } from './deps.ts';
import { expireOverdue, forgetOld } from './store-sweep.ts';

const batch = 500;

/** What is done for all processes once in a while. */
export function makeCrons({ database }: Pick<GenerationDeps, 'database'>): CronTask[] {
  return [
    {
      name: 'generation.expire',
      cron: '* * * * *',
      async handle(signal) {
        while (!signal.aborted && (await expireOverdue(database.read, batch)) > 0);
      },
    },
    { name: 'generation.forget', cron: '17 * * * *', handle: () => forgetOld(database.read) },
  ];
}
