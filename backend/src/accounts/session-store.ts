import type { Role } from '@rendermart/contract';
import { sql } from 'kysely';
import type { Database, Reader, Tx } from '../platform/index.ts';
import type { AccountsTables } from './tables.ts';

interface ActorRow {
  accountId: string;
  name: string;
  role: Role;
}

// Asked on every request, so these are prepared once a connection: planning the join would take longer than running it.
/** Who has a session: one query, by unique indexes. */
export const sessionActorStatement = {
  name: 'accounts-session-actor',
  text: `select s.id as "sessionId", s.last_seen_at as "lastSeenAt", p.id as "accountId", p.name, p.role
    from accounts.sessions s join accounts.people p on p.id = s.account_id
    where s.token = $1 and s.expires_at > $2 and p.disabled_at is null`,
};
/** Who has an API key: one query, by unique indexes. */
export const keyActorStatement = {
  name: 'accounts-key-actor',
  text: `select k.id as "keyId", k.permissions, k.last_used_at as "lastUsedAt", p.id as "accountId", p.name, p.role
    from accounts.api_keys k join accounts.people p on p.id = k.account_id
    where k.key_hash = $1 and k.enabled and (k.expires_at is null or k.expires_at > $2) and p.disabled_at is null`,
};

export async function findSessionActor({ pool }: Database, token: string, now: Date) {
  const { rows } = await pool.query<ActorRow & { sessionId: string; lastSeenAt: Date }>({
    ...sessionActorStatement,
    values: [token, now],
  });
  return rows[0];
}

export async function findKeyActor({ pool }: Database, keyHash: string, now: Date) {
  const { rows } = await pool.query<ActorRow & { keyId: string; permissions: string | null; lastUsedAt: Date | null }>({
    ...keyActorStatement,
    values: [keyHash, now],
  });
  return rows[0];
}

// Two statements and not one: disabling locks the person and then the session, so holding them the other way round could deadlock.
export async function touchSession(
  reader: Reader,
  seen: { sessionId: string; accountId: string; now: Date; expiresAt: Date },
): Promise<void> {
  await sql`update accounts.sessions set last_seen_at = ${seen.now}, expires_at = ${seen.expiresAt} where id = ${seen.sessionId}`.execute(
    reader,
  );
  await touchPerson(reader, seen.accountId, seen.now);
}

export async function touchKey(reader: Reader, seen: { keyId: string; accountId: string; now: Date }): Promise<void> {
  await sql`update accounts.api_keys set last_used_at = ${seen.now} where id = ${seen.keyId}`.execute(reader);
  await touchPerson(reader, seen.accountId, seen.now);
}

export async function touchPerson(reader: Reader, accountId: string, now: Date): Promise<void> {
  await sql`update accounts.people set last_seen_at = ${now} where id = ${accountId}`.execute(reader);
}

export interface SessionRow {
  id: string;
  userAgent: string | null;
  ipAddress: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
}

export const listSessions = (reader: Reader, accountId: string, now: Date): Promise<SessionRow[]> =>
  reader
    .withTables<AccountsTables>()
    .selectFrom('accounts.sessions')
    .select([
      'id',
      'user_agent as userAgent',
      'ip_address as ipAddress',
      'created_at as createdAt',
      'last_seen_at as lastSeenAt',
      'expires_at as expiresAt',
    ])
    .where('account_id', '=', accountId)
    .where('expires_at', '>', now)
    .orderBy('last_seen_at', 'desc')
    .execute();

/** Whether there was such a session of this account. */
export async function deleteSession(tx: Tx, accountId: string, sessionId: string): Promise<boolean> {
  const gone = await tx
    .withTables<AccountsTables>()
    .deleteFrom('accounts.sessions')
    .where('id', '=', sessionId)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return gone.numDeletedRows > 0n;
}

/** Whether there is such a session. Waits for whoever is just ending it. */
export async function hasSession(reader: Reader, sessionId: string): Promise<boolean> {
  const { rows } = await sql`select from accounts.sessions where id = ${sessionId} for key share`.execute(reader);
  return rows.length > 0;
}

/** Ends every session of an account, but for one that may stay. */
export async function deleteSessions(tx: Tx, accountId: string, stays: string | null): Promise<void> {
  let query = tx.withTables<AccountsTables>().deleteFrom('accounts.sessions').where('account_id', '=', accountId);
  if (stays !== null) query = query.where('id', '<>', stays);
  await query.execute();
}

export interface ApiKeyRow {
  id: string;
  name: string | null;
  start: string | null;
  permissions: string | null;
  createdAt: Date;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
}

export const listApiKeys = (reader: Reader, accountId: string): Promise<ApiKeyRow[]> =>
  reader
    .withTables<AccountsTables>()
    .selectFrom('accounts.api_keys')
    .select([
      'id',
      'name',
      'start',
      'permissions',
      'created_at as createdAt',
      'expires_at as expiresAt',
      'last_used_at as lastUsedAt',
    ])
    .where('account_id', '=', accountId)
    .orderBy('id', 'desc')
    .execute();

export async function deleteApiKey(reader: Reader, accountId: string, keyId: string): Promise<boolean> {
  const gone = await reader
    .withTables<AccountsTables>()
    .deleteFrom('accounts.api_keys')
    .where('id', '=', keyId)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return gone.numDeletedRows > 0n;
}

export async function deleteApiKeys(tx: Tx, accountId: string): Promise<void> {
  await tx.withTables<AccountsTables>().deleteFrom('accounts.api_keys').where('account_id', '=', accountId).execute();
}

/** Sessions and one-time tokens whose time is over, and invitations that nobody used for a month after theirs. */
export async function deleteExpired(reader: Reader, now: Date): Promise<void> {
  const tables = reader.withTables<AccountsTables>();
  const monthAgo = new Date(now.getTime() - 30 * 24 * 3600 * 1000);
  await tables.deleteFrom('accounts.sessions').where('expires_at', '<=', now).execute();
  await tables.deleteFrom('accounts.verifications').where('expires_at', '<=', now).execute();
  await tables.deleteFrom('accounts.invitations').where('expires_at', '<=', monthAgo).where('used_at', 'is', null).execute();
}
