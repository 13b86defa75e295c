import { type ApiKeyInput, Id } from '@rendermart/contract';
import { type Actor, Failure } from '../platform/index.ts';
import type { AccountsContext } from './context.ts';
import { refuseScopes, scopeGroup } from './rules.ts';
import { type ApiKeyRow, deleteApiKey, hasSession } from './session-store.ts';

/** Makes a key; its text is in the answer and nowhere else. Fails with `not_allowed` for scopes above one's role. */
export async function makeApiKey(
  { auth, database }: AccountsContext,
  actor: Actor,
  input: ApiKeyInput,
): Promise<ApiKeyRow & { key: string }> {
  const refusal = refuseScopes(actor.role, input.scopes);
  if (refusal)
    throw new Failure(refusal, {
      field: 'scopes',
      message: 'Only an administrator can make a key with the scope "admin". Leave it out.',
    });
  const made = await auth.api.createApiKey({
    body: {
      userId: actor.accountId,
      name: input.name,
      expiresIn: input.expiresInDays === null ? null : input.expiresInDays * 24 * 3600,
      permissions: { [scopeGroup]: [...new Set(input.scopes)] },
    },
  });
  // better-auth writes on a connection of its own, so whether the session ended meanwhile is asked afterwards: nobody has seen the key yet.
  if (actor.sessionId !== null && !(await hasSession(database.read, actor.sessionId))) {
    await deleteApiKey(database.read, actor.accountId, made.id);
    throw new Failure('sign_in_required');
  }
  return { ...made, permissions: JSON.stringify(made.permissions), lastUsedAt: null };
}

/** Revokes a key of one's own at once. Fails with `not_found`, for another's as for none. */
export async function revokeApiKey({ database }: AccountsContext, actor: Actor, keyId: string): Promise<void> {
  if (!Id.safeParse(keyId).success || !(await deleteApiKey(database.read, actor.accountId, keyId)))
    throw new Failure('not_found');
}
