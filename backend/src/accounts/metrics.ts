import { Counter } from 'prom-client';
import type { Registry } from '../platform/index.ts';

export type AccountsMetrics = ReturnType<typeof makeAccountsMetrics>;

/** What this room counts. */
export function makeAccountsMetrics(registry: Registry) {
  const registers = [registry];
  return {
    signIns: new Counter({ name: 'rendermart_sign_ins_total', help: 'Tries to sign in', labelNames: ['outcome'], registers }),
    accountsMade: new Counter({
      name: 'rendermart_accounts_made_total',
      help: 'Accounts made, by how',
      labelNames: ['how'],
      registers,
    }),
    mails: new Counter({
      name: 'rendermart_mails_total',
      help: 'Mails sent, or written to the log where there is no mail server',
      labelNames: ['kind'],
      registers,
    }),
  };
}
