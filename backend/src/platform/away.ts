import { isOutdated, isSilence } from './prepared.ts';

// 08: connections, 57P: the server stops or starts, 53: too many connections; the network's own codes begin with E. ENOENT: no socket.
const codes = /^(08|57P|53|E(CONN[A-Z]+|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN|NOENT)$)/;
const messages = /Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect/i;

/** Whether an error says that the database is away and comes back by itself: no connection, a silent one, a restart, tables that an upgrade changed. */
export function isAway(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return codes.test(code) || messages.test(message) || isSilence(error) || isOutdated(error);
}
