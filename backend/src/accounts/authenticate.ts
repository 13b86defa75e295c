import { defaultKeyHasher } from '@better-auth/api-key';
import { type Actor, type Authenticate, Failure } from '../platform/index.ts';
import type { AccountsContext } from './context.ts';
import { readSessionToken } from './cookie.ts';
import { isTouchDue, scopesOf, sessionIdleMs } from './rules.ts';
import * as store from './session-store.ts';

type Needs = Pick<AccountsContext, 'database' | 'clock' | 'secret'>;

/**
 * Who asks: an API key (`Authorization: Bearer rm_...`) or a session cookie, in that order.
 * Nothing is cached, so what is revoked is refused from the next request on. An ended session is nobody;
 * a key that is not valid fails with `sign_in_required`, for a program must not go on as nobody.
 */
export function makeAuthenticate(needs: Needs): Authenticate {
  return async (headers) => {
    const key = readBearer(headers.get('authorization'));
    if (key !== null) return keyActor(needs, key);
    const token = readSessionToken(headers.get('cookie'), needs.secret);
    return token === null ? null : sessionActor(needs, token);
  };
}

/** Another scheme, such as the Basic of a proxy in front, is not for us. */
function readBearer(authorization: string | null): string | null {
  return /^bearer\b\s*(.*)$/i.exec(authorization ?? '')?.[1] ?? null;
}

async function sessionActor({ database, clock }: Needs, token: string): Promise<Actor | null> {
  const now = clock.now();
  const found = await store.findSessionActor(database, token, now);
  if (!found) return null;
  const { accountId, name, role, sessionId, lastSeenAt } = found;
  if (isTouchDue(lastSeenAt, now)) {
    await store.touchSession(database.read, { sessionId, accountId, now, expiresAt: new Date(now.getTime() + sessionIdleMs) });
  }
  return { accountId, name, role, scopes: 'all', sessionId };
}

async function keyActor({ database, clock }: Needs, key: string): Promise<Actor> {
  const now = clock.now();
  const found = await store.findKeyActor(database, await defaultKeyHasher(key), now);
  if (!found)
    throw new Failure('sign_in_required', {
      message: 'This API key is not valid: it was revoked, has expired, or never existed. Make a new one.',
    });
  const { accountId, name, role, keyId, permissions, lastUsedAt } = found;
  if (isTouchDue(lastUsedAt, now)) await store.touchKey(database.read, { keyId, accountId, now });
  return { accountId, name, role, scopes: scopesOf(permissions), sessionId: null };
}
