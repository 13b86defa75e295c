import { Id, type SignInInput } from '@rendermart/contract';
import { type Actor, Failure, type Tx, invariant } from '../platform/index.ts';
import { announceChange } from './changes.ts';
import type { AccountsContext, Visitor } from './context.ts';
import { sessionIdleMs } from './rules.ts';
import * as sessions from './session-store.ts';
import { type CredentialRow, type PersonRow, findCredential, findCredentialOf, lockPerson } from './store.ts';

/** Somebody who has just been signed in; the token goes into the cookie and nowhere else. */
export interface SignedIn {
  person: PersonRow;
  token: string;
}

/** Signs in, or fails with `wrong_credentials`, the same and as slowly for an unknown address as for a wrong password. */
export async function signIn(context: AccountsContext, input: SignInInput, visitor: Visitor): Promise<SignedIn> {
  const tried = { account: input.email, ipAddress: visitor.ipAddress };
  await context.limits.count('signIn', tried);
  const credential = await findCredential(context.database.read, input.email);
  const right = await isPassword(context, credential?.passwordHash ?? null, input.password);
  if (!credential || !right) {
    context.metrics.signIns.inc({ outcome: 'wrong' });
    throw new Failure('wrong_credentials');
  }
  const signedIn = await context.database.tx(async (tx) => {
    const person = await lockPerson(tx, credential.accountId);
    if (!person || person.disabledAt !== null) throw new Failure('account_disabled');
    if (!(await stillHolds(tx, credential))) throw new Failure('wrong_credentials');
    return openSession(context, tx, person, visitor);
  });
  await context.limits.forgive('signIn', tried);
  context.metrics.signIns.inc({ outcome: 'right' });
  return signedIn;
}

/**
 * Whether a password that was proven is still the one of the account. Comparing takes longer than a transaction should, so it comes
 * before: another password may have been set since, to keep out whoever knew this one. The caller holds the person's row.
 */
async function stillHolds(tx: Tx, { accountId, passwordHash }: CredentialRow): Promise<boolean> {
  return (await findCredentialOf(tx, accountId))?.passwordHash === passwordHash;
}

/** Whether the password is right. Without a hash to compare with, it takes as long and is wrong. */
export async function isPassword({ auth }: AccountsContext, passwordHash: string | null, password: string): Promise<boolean> {
  const { password: passwords } = await auth.context;
  if (passwordHash !== null) return passwords.verify({ hash: passwordHash, password });
  await passwords.hash(password);
  return false;
}

/** That somebody knew their password a moment ago. */
export interface Proof {
  forgive(): Promise<void>;
  holds(tx: Tx): Promise<void>;
}

/**
 * Proves that it is really oneself, by the password in a field of what was sent; guesses are counted. `forgive` forgets them.
 * `holds` is for the transaction that follows, when the person is locked. Both fail with `wrong_password`.
 */
export async function proveOneself(
  context: AccountsContext,
  accountId: string,
  visitor: Visitor,
  { field, password }: { field: string; password: string },
): Promise<Proof> {
  const tried = { account: accountId, ipAddress: visitor.ipAddress };
  await context.limits.count('passwordChange', tried);
  const credential = await findCredentialOf(context.database.read, accountId);
  const right = await isPassword(context, credential?.passwordHash ?? null, password);
  if (!credential || !right) throw new Failure('wrong_password', { field });
  return {
    forgive: () => context.limits.forgive('passwordChange', tried),
    async holds(tx) {
      if (!(await stillHolds(tx, credential))) throw new Failure('wrong_password', { field });
    },
  };
}

export async function hashPassword({ auth }: AccountsContext, password: string): Promise<string> {
  return (await auth.context).password.hash(password);
}

/** Makes a session in the caller's transaction, which must hold the person's row or have made it. */
export async function openSession(
  { auth, clock }: AccountsContext,
  tx: Tx,
  person: PersonRow,
  visitor: Visitor,
): Promise<SignedIn> {
  const now = clock.now();
  const session = await auth.within(tx, (internal) =>
    internal.createSession(
      person.id,
      false,
      {
        ipAddress: visitor.ipAddress,
        userAgent: visitor.userAgent,
        createdAt: now,
        updatedAt: now,
        expiresAt: new Date(now.getTime() + sessionIdleMs),
      },
      true,
    ),
  );
  invariant(session, 'better-auth made no session');
  await sessions.touchPerson(tx, person.id, now);
  return { person, token: session.token };
}

/** Signs out here. The event streams of the account are opened anew by whoever is still signed in. */
export async function signOut(context: AccountsContext, actor: Actor): Promise<void> {
  if (actor.sessionId !== null) await revokeSession(context, actor, actor.sessionId);
}

/** Ends one session of one's own at once. Fails with `not_found`, for another's as for none. */
export async function revokeSession({ database }: AccountsContext, actor: Actor, sessionId: string): Promise<void> {
  if (!Id.safeParse(sessionId).success) throw new Failure('not_found');
  await database.tx(async (tx) => {
    if (!(await sessions.deleteSession(tx, actor.accountId, sessionId))) throw new Failure('not_found');
    await announceChange(tx, { accountId: actor.accountId, kind: 'sessions-revoked' });
  });
}

/** Signs out everywhere but here. */
export async function revokeOtherSessions({ database }: AccountsContext, actor: Actor): Promise<void> {
  await database.tx(async (tx) => {
    await sessions.deleteSessions(tx, actor.accountId, actor.sessionId);
    await announceChange(tx, { accountId: actor.accountId, kind: 'sessions-revoked' });
  });
}
