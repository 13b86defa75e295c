import type { Role, Setup, SetupInput, SignUpInput } from '@rendermart/contract';
import { Failure, type Tx, invariant, violatedConstraint } from '../platform/index.ts';
import type { AccountsContext, Visitor } from './context.ts';
import { lockInvitation, markUsed } from './invitation-store.ts';
import { readInvitationToken } from './invitation-token.ts';
import { refuseInvitation, refuseSignUp } from './rules.ts';
import { type SignedIn, hashPassword, openSession } from './sessions.ts';
import * as store from './store.ts';

/** What a visitor needs to know before signing in. */
export async function readSetup({ database, settings }: AccountsContext): Promise<Setup> {
  const { siteName, registration, exploreAudience, trashDays } = await settings.read();
  return {
    needsAdministrator: !(await store.hasAdministrator(database.read)),
    registration,
    siteName,
    exploreAudience,
    trashDays,
  };
}

/** Makes the first administrator, exactly once: of two at the same moment, the second fails with `setup_done`. */
export async function setUp(context: AccountsContext, input: SetupInput, visitor: Visitor): Promise<SignedIn> {
  await context.limits.count('setup', { ipAddress: visitor.ipAddress });
  if (await store.hasAdministrator(context.database.read)) throw new Failure('setup_done');
  const passwordHash = await hashPassword(context, input.password);
  const signedIn = await context.database.tx(async (tx) => {
    await store.lockSettings(tx);
    if (await store.hasAdministrator(tx)) throw new Failure('setup_done');
    const person = await createPerson(context, tx, { ...input, role: 'administrator', passwordHash });
    return openSession(context, tx, person, visitor);
  });
  context.metrics.accountsMade.inc({ how: 'setup' });
  return signedIn;
}

/** Makes an account as the policy allows, and signs in. An invitation is used once, whoever comes at the same moment. */
export async function signUp(context: AccountsContext, input: SignUpInput, visitor: Visitor): Promise<SignedIn> {
  await context.limits.count('signUp', { account: input.email, ipAddress: visitor.ipAddress });
  // Asked before the password is hashed, so that a closed door costs nothing; asked again inside, where it counts.
  const invitationId = admit(context, (await context.settings.read()).registration, input);
  const passwordHash = await hashPassword(context, input.password);
  const signedIn = await context.database.tx(async (tx) => {
    admit(context, (await store.readSettings(tx)).registration, input);
    const role = invitationId === null ? 'member' : await acceptInvitation(context, tx, invitationId, input.email);
    const person = await createPerson(context, tx, { ...input, role, passwordHash });
    if (invitationId !== null) await markUsed(tx, invitationId, person.id, context.clock.now());
    return openSession(context, tx, person, visitor);
  });
  context.metrics.accountsMade.inc({ how: invitationId === null ? 'open' : 'invitation' });
  return signedIn;
}

/** The id of the invitation that came along, or null; throws when this visitor may not sign up. */
function admit({ secret }: AccountsContext, policy: Setup['registration'], { invitation }: SignUpInput): string | null {
  const refusal = refuseSignUp(policy, invitation !== undefined);
  if (refusal) throw new Failure(refusal);
  if (invitation === undefined) return null;
  const id = readInvitationToken(invitation, secret);
  if (id === null) throw new Failure('invitation_invalid', { field: 'invitation' });
  return id;
}

async function acceptInvitation({ clock }: AccountsContext, tx: Tx, id: string, email: string): Promise<Role> {
  const invitation = await lockInvitation(tx, id);
  const refusal = refuseInvitation(invitation, email, clock.now());
  if (refusal || !invitation) throw new Failure(refusal ?? 'invitation_invalid', { field: 'invitation' });
  return invitation.role;
}

interface NewPerson {
  name: string;
  email: string;
  role: Role;
  passwordHash: string;
  locale?: SetupInput['locale'];
}

async function createPerson(
  { auth }: AccountsContext,
  tx: Tx,
  { passwordHash, locale, name, email, role }: NewPerson,
): Promise<store.PersonRow> {
  try {
    const id = await auth.within(tx, async (internal) => {
      const user = await internal.createUser(
        { name, email, role, locale: locale ?? null, emailVerified: false },
        { method: 'email-password' },
      );
      await internal.linkAccount({ userId: user.id, providerId: 'credential', accountId: user.id, password: passwordHash });
      return user.id;
    });
    const person = await store.findPerson(tx, id);
    invariant(person, 'a person that was just made is gone');
    return person;
  } catch (error) {
    if (violatedConstraint(error) === 'people_email_unique') throw new Failure('email_taken', { field: 'email' });
    throw error;
  }
}
