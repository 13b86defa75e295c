import { randomBytes } from 'node:crypto';
import type { PasswordChange, PasswordResetRedeem } from '@rendermart/contract';
import { type Actor, Failure, type Tx } from '../platform/index.ts';
import { announceChange } from './changes.ts';
import type { AccountsContext, Visitor } from './context.ts';
import { resetMail } from './mails.ts';
import { resetLinkMs } from './rules.ts';
import { deleteSessions } from './session-store.ts';
import { hashPassword, proveOneself } from './sessions.ts';
import * as store from './store.ts';

export const resetMailTask = 'accounts.password-reset-mail';

/** Sets a new password and signs out everywhere else. Fails with `wrong_password`. */
export async function changePassword(
  context: AccountsContext,
  actor: Actor,
  input: PasswordChange,
  visitor: Visitor,
): Promise<void> {
  const current = { field: 'currentPassword', password: input.currentPassword };
  const proof = await proveOneself(context, actor.accountId, visitor, current);
  const passwordHash = await hashPassword(context, input.newPassword);
  await context.database.tx(async (tx) => {
    // Nobody signs in with the old password while it changes.
    await store.lockPerson(tx, actor.accountId);
    await proof.holds(tx);
    await setPassword(context, tx, { accountId: actor.accountId, passwordHash, stays: actor.sessionId });
  });
  await proof.forgive();
}

/**
 * Queues a reset for an address. Known or not, the same is done here: the task looks the address up.
 * So neither the answer nor its time tells, and no token is ever in the queue.
 */
export async function requestReset(context: AccountsContext, email: string, visitor: Visitor): Promise<void> {
  await context.limits.count('resetRequest', { account: email, ipAddress: visitor.ipAddress });
  await context.database.tx((tx) => context.tasks.add(tx, resetMailTask, { email }));
}

/** The task: makes a link that works once within the hour and mails it. After a crash it makes another. */
export async function mailReset(context: AccountsContext, { email }: { email: string }): Promise<void> {
  const person = await store.findPersonByEmail(context.database.read, email);
  if (!person || person.disabledAt !== null) return;
  const token = randomBytes(24).toString('base64url');
  const expiresAt = new Date(Date.now() + resetLinkMs);
  await context.database.tx((tx) =>
    context.auth.within(tx, (internal) =>
      internal.createVerificationValue({ identifier: identifierOf(token), value: person.id, expiresAt }),
    ),
  );
  const { siteName } = await context.settings.read();
  const link = `${context.publicUrl}/reset-password?token=${token}`;
  await context.mailer.send({ to: person.email, ...resetMail(person.locale ?? 'en', { siteName, name: person.name, link }) });
  context.metrics.mails.inc({ kind: 'password-reset' });
}

/** Sets a new password with a mailed link and ends every session. Fails with `reset_link_invalid`. */
export async function redeemReset(context: AccountsContext, input: PasswordResetRedeem, visitor: Visitor): Promise<void> {
  await context.limits.count('resetRedeem', { ipAddress: visitor.ipAddress });
  const passwordHash = await hashPassword(context, input.password);
  const person = await context.database.tx(async (tx) => {
    const identifier = identifierOf(input.token);
    const link = await context.auth.within(tx, (internal) => internal.findVerificationValue(identifier));
    // The person before their links, as everywhere: a new password, disabling and closing take the links of a person whom they hold.
    const found = link ? await store.lockPerson(tx, link.value) : undefined;
    const used = await context.auth.within(tx, (internal) => internal.consumeVerificationValue(identifier));
    if (!found || !used || found.disabledAt !== null) throw new Failure('reset_link_invalid', { field: 'token' });
    await setPassword(context, tx, { accountId: found.id, passwordHash, stays: null });
    return found;
  });
  // Whoever guessed before must not keep the owner out now.
  await context.limits.clear('signIn', person.email);
}

// better-auth stores a hash of it.
const identifierOf = (token: string): string => `reset-password:${token}`;

async function setPassword(
  { auth }: AccountsContext,
  tx: Tx,
  to: { accountId: string; passwordHash: string; stays: string | null },
): Promise<void> {
  await auth.within(tx, (internal) => internal.updatePassword(to.accountId, to.passwordHash));
  await store.deleteResetTokens(tx, to.accountId);
  await deleteSessions(tx, to.accountId, to.stays);
  await announceChange(tx, { accountId: to.accountId, kind: 'sessions-revoked' });
}
