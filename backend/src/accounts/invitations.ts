import type { InvitationInput } from '@rendermart/contract';
import type { z } from 'zod';
import { type Actor, Failure } from '../platform/index.ts';
import type { AccountsContext } from './context.ts';
import * as store from './invitation-store.ts';
import { invitationToken } from './invitation-token.ts';
import { invitationMail } from './mails.ts';
import { findPerson } from './store.ts';

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
    await store.insertInvitation(tx, invitation);
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
export async function withdrawInvitation({ database }: AccountsContext, id: string): Promise<void> {
  if (!(await store.deleteInvitation(database.read, id))) throw new Failure('not_found');
}

const linkTo = ({ publicUrl, secret }: AccountsContext, id: string): string =>
  `${publicUrl}/sign-up?invitation=${invitationToken(id, secret)}`;
