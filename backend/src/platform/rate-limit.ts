import { createHash } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Database } from './database.ts';
import { Failure } from './failure.ts';

/** So many tries in so much time; the time begins with the first try. */
export interface Limit {
  tries: number;
  perSeconds: number;
}

/** What is limited for one kind of try: by the account that is tried, by the address it comes from, or both. */
export interface LimitRule {
  account?: Limit;
  address: Limit;
}

export interface Tried {
  /** What names the account, such as an email address, whether it exists or not. */
  account?: string;
  ipAddress: string;
}

export interface RateLimits<Action extends string> {
  /** Counts a try before it is carried out, so that parallel tries count too. Throws `rate_limited` with the time to wait. */
  count(action: Action, tried: Tried): Promise<void>;
  /** Takes a try back that turned out right: whoever succeeds is not locked out. */
  forgive(action: Action, tried: Tried): Promise<void>;
  /** Forgets the tries at one account, from wherever they came. */
  clear(action: Action, account: string): Promise<void>;
}

const table = { schemaName: 'platform', tableName: 'rate_limits', tableCreated: true, clearExpiredByTimeout: false };

/** Limits that hold across all copies of the program, because they are counted in PostgreSQL. */
export function makeRateLimits<Action extends string>(database: Database, rules: Record<Action, LimitRule>): RateLimits<Action> {
  const limiters = new Map<string, RateLimiterPostgres>();
  for (const [action, rule] of Object.entries(rules) as [Action, LimitRule][]) {
    for (const by of ['address', 'account'] as const) {
      const limit = rule[by];
      if (limit) limiters.set(`${action}:${by}`, makeLimiter(database, `${action}:${by}`, limit));
    }
  }
  const clear = async (action: Action, account: string) =>
    void (await limiters.get(`${action}:account`)?.delete(accountKey(account)));
  return {
    async count(action, tried) {
      // The address first: one that is blocked cannot use up the tries of somebody's account.
      await consume(limiters.get(`${action}:address`), addressKey(tried.ipAddress));
      if (tried.account !== undefined) await consume(limiters.get(`${action}:account`), accountKey(tried.account));
    },
    async forgive(action, tried) {
      await limiters.get(`${action}:address`)?.reward(addressKey(tried.ipAddress), 1);
      if (tried.account !== undefined) await clear(action, tried.account);
    },
    clear,
  };
}

/** Removes counters whose time is over. */
export async function sweepRateLimits(database: Database, now: Date): Promise<void> {
  await database.pool.query('delete from platform.rate_limits where expire < $1', [now.getTime()]);
}

function makeLimiter(database: Database, keyPrefix: string, limit: Limit): RateLimiterPostgres {
  return new RateLimiterPostgres({
    ...table,
    storeClient: database.pool,
    storeType: 'pool',
    keyPrefix,
    points: limit.tries,
    duration: limit.perSeconds,
  });
}

async function consume(limiter: RateLimiterPostgres | undefined, key: string): Promise<void> {
  try {
    await limiter?.consume(key, 1);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new Failure('rate_limited', { retryAfterMs: Math.max(refusal.msBeforeNext, 1_000) });
  }
}

/** The table holds no addresses of people, only hashes to count by. */
function accountKey(account: string): string {
  return createHash('sha256').update(account).digest('base64url');
}

/**
 * Pure: what counts as one address. A household or a rented machine has a whole /64 of IPv6 addresses, so those count as one;
 * an IPv4 address inside IPv6 (RFC 4291, 2.5.5.2) is that IPv4 address.
 */
export function addressKey(ipAddress: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ipAddress)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  if (!isIPv6(ipAddress)) return ipAddress;
  const [head = '', tail] = ipAddress.split('%')[0]!.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(8 - left.length - right.length, 0) }, () => '0');
  const groups = tail === undefined ? left : [...left, ...zeros, ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
