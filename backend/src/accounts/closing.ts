import { type AccountClosing, closedAccountName } from '@rendermart/contract';
import { type Actor, Failure, type Tx, writeAudit } from '../platform/index.ts';
import { announceChange } from './changes.ts';
import type { AccountsContext, Visitor } from './context.ts';
import { deleteInvitationsOf } from './invitation-store.ts';
import { refuseClosing } from './rules.ts';
import { deleteApiKeys, deleteSessions } from './session-store.ts';
import { type Proof, proveOneself } from './sessions.ts';
import * as store from './store.ts';

/**
 * Closes one's own account for good: everything in one transaction, or nothing. Fails with `wrong_password`, `email_mismatch`,
 * `last_administrator`, `account_busy` while something is under way, and `balance_moved` when other credits would be lost than were shown.
 */
export async function closeAccount(
  context: AccountsContext,
  actor: Actor,
  input: AccountClosing,
  visitor: Visitor,
): Promise<void> {
  const proof = await proveOneself(context, actor.accountId, visitor, { field: 'password', password: input.password });
  await proof.forgive();
  await context.others.beforeClose(actor.accountId);
  await context.database.tx((tx) => close(context, tx, actor.accountId, input, proof));
}

async function close(context: AccountsContext, tx: Tx, id: string, input: AccountClosing, proof: Proof): Promise<void> {
  // Two administrators who close their accounts at the same moment must see each other.
  await store.lockSettings(tx);
  const person = await store.lockPerson(tx, id);
  if (!person) throw new Failure('sign_in_required');
  await proof.holds(tx);
  if (person.email !== input.email) throw new Failure('email_mismatch', { field: 'email' });
  const refusal = refuseClosing(person.role, await store.countOtherAdministrators(tx, id));
  if (refusal) throw new Failure(refusal);
  await context.others.close(tx, id, { forfeitCredits: BigInt(input.forfeitCredits) });
  await forgetPerson(context, tx, person);
  // Without the name: it is what goes.
  await writeAudit(tx, { actorId: id, act: 'account.closed', subject: `account:${id}`, name: '' });
  await announceChange(tx, { accountId: id, kind: 'disabled' });
}

/** Takes away every way in and everything that says who it was. */
async function forgetPerson({ clock }: AccountsContext, tx: Tx, person: store.PersonRow): Promise<void> {
  await deleteSessions(tx, person.id, null);
  await deleteApiKeys(tx, person.id);
  await store.deleteResetTokens(tx, person.id);
  await deleteInvitationsOf(tx, person.id);
  await store.anonymisePerson(tx, person.id, closedAccountName, clock.now());
}
