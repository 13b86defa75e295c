import { type Listener, type Tx, notify } from '../platform/index.ts';

/** News about an account that other parts of a running process must act on at once, such as ending its event streams. */
export interface AccountChange {
  accountId: string;
  kind: 'sessions-revoked' | 'disabled' | 'weight';
}

const channel = 'accounts_changed';

/** Tells every process, once the transaction has committed. */
export const announceChange = (tx: Tx, change: AccountChange): Promise<void> => notify(tx, channel, change);

/** Listens from the start, so that whoever begins to hear misses nothing from then on. */
export function openChanges(listener: Listener): (hear: (change: AccountChange) => void) => () => void {
  const hearers = new Set<(change: AccountChange) => void>();
  listener.on(channel, (payload) => hearers.forEach((hear) => hear(payload as AccountChange)));
  return (hear) => {
    hearers.add(hear);
    return () => void hearers.delete(hear);
  };
}
