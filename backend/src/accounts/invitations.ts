import type { InvitationInput } from '@rendermart/contract';
import type { z } from 'zod';
import { type Actor, Failure, type Tx, changesOf, writeAudit } from '../platform/index.ts';
import type { AccountsContext } from './context.ts';
import * as store from './invitation-store.ts';
import { invitationToken } from './invitation-token.ts';
import { invitationMail } from './mails.ts';
import { findPerson, holdActive } from './store.ts';

export const invitationMailTask = 'accounts.invitation-mail';

/** Makes an invitation; when it is for an address, it is also mailed. */
export async function invite(
  context: AccountsContext,
  actor: Actor,
  input: z.output<typeof InvitationInput>,
): Promise<store.InvitationRow & { link: string }> {
  const createdAt = context.clock.now();
  const invitation: store.InvitationRow = {
    id: context.ids.next(),
    email: input.email ?? null,
    role: input.role,
    invitedBy: actor.accountId,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + input.expiresInDays * 24 * 3600 * 1000),
    usedAt: null,
  };
  await context.database.tx(async (tx) => {
    // Who is demoted or disabled at this moment loses the invitations they made; this one must not come after.
    if ((await holdActive(tx, actor.accountId)) !== 'administrator') throw new Failure('not_allowed');
    await store.insertInvitation(tx, invitation);
    const changes = changesOf({}, { role: invitation.role, expiresAt: invitation.expiresAt.toISOString() });
    await writeAudit(tx, { ...noteOf(actor, invitation), act: 'invitation.made', changes });
    if (invitation.email !== null) await context.tasks.add(tx, invitationMailTask, { invitationId: invitation.id });
  });
  return { ...invitation, link: linkTo(context, invitation.id) };
}

/** The task: mails the link. Without a mail server there is nothing to do, for whoever invited was shown the link. */
export async function mailInvitation(context: AccountsContext, { invitationId }: { invitationId: string }): Promise<void> {
  if (!context.mailer.configured) return;
  const invitation = await store.findInvitation(context.database.read, invitationId);
  if (!invitation || invitation.email === null || invitation.usedAt !== null) return;
  const host = await findPerson(context.database.read, invitation.invitedBy);
  const { siteName } = await context.settings.read();
  const content = invitationMail(host?.locale ?? 'en', {
    siteName,
    from: host?.name ?? siteName,
    link: linkTo(context, invitationId),
    expiresAt: invitation.expiresAt,
  });
  await context.mailer.send({ to: invitation.email, ...content });
  context.metrics.mails.inc({ kind: 'invitation' });
}

/** Fails with `not_found`. */
export async function withdrawInvitation({ database }: AccountsContext, actor: Actor, id: string): Promise<void> {
  await database.tx(async (tx) => {
    const invitation = await store.lockInvitation(tx, id);
    if (!invitation) throw new Failure('not_found');
    await store.deleteInvitation(tx, id);
    await writeAudit(tx, { ...noteOf(actor, invitation), act: 'invitation.withdrawn' });
  });
}

/** Ends what somebody offered who administers no longer: a link that makes administrators would outlive their own rights. */
export async function withdrawInvitationsOf(tx: Tx, actor: Actor, hostId: string): Promise<void> {
  for (const invitation of await store.deleteUnusedInvitationsBy(tx, hostId))
    await writeAudit(tx, { ...noteOf(actor, invitation), act: 'invitation.withdrawn' });
}

const noteOf = (actor: Actor, { id, email }: Pick<store.InvitationRow, 'id' | 'email'>) => ({
  actorId: actor.accountId,
  subject: `invitation:${id}`,
  name: email ?? '',
});

const linkTo = ({ publicUrl, secret }: AccountsContext, id: string): string =>
  `${publicUrl}/sign-up?invitation=${invitationToken(id, secret)}`;
