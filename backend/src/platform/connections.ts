import type { Pool } from 'pg';

/**
 * Connections that a process opens besides its pool: one hears notifications; the task queue of an API has two, that of a worker
 * four and one that listens. They must add up: (DATABASE_POOL_SIZE + these) × copies ≤ max_connections.
 */
export const connectionsBesidesPool = { api: 1 + 2, worker: 1 + 5, all: 1 + 5 } as const;

const listenerName = 'rendermart-listen';

/** How a process calls the connection on which it listens: its name tells the others how many connections it may open at most. */
export const listenerNameOf = (connections: number): string => `${listenerName} ${connections}`;

/** What the server allows and what the processes that run now may open at most, without the one that asks. */
export interface ConnectionBudget {
  allowed: number;
  announced: number;
}

/** Reads both from the server itself: a process that died has taken its announcement with it. */
export async function readConnectionBudget(pool: Pool): Promise<ConnectionBudget> {
  const { rows } = await pool.query<ConnectionBudget>(
    `select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
       - coalesce(nullif(current_setting('reserved_connections', true), '')::int, 0) as allowed,
       coalesce((select sum(substring(application_name from $1)::int) from pg_stat_activity), 0)::int as announced`,
    [`^${listenerName} (\\d+)$`],
  );
  return rows[0]!;
}

/** Pure: why this process must not start, or undefined. One that cannot start is better than all of them refused in a rush. */
export function refuseConnections(budget: ConnectionBudget, poolSize: number, needed: number): string | undefined {
  const total = budget.announced + needed;
  if (total <= budget.allowed) return undefined;
  const others = budget.announced === 0 ? '' : `, and the processes that already run up to ${budget.announced}`;
  return `DATABASE_POOL_SIZE is ${poolSize}: this process may open ${needed} connections${others}, but the server allows ${budget.allowed}. Lower it, run fewer copies, or raise max_connections of PostgreSQL.`;
}
